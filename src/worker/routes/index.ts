import type { Route } from "../route";
import { pingRoutes } from "./api/v1/ping";

/** Every route of the instance, in the order in which they are tried. */
export const routes: Route[] = [...pingRoutes];
