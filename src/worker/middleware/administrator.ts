import { UserRole } from "../../domain/users/signed-in-user";
import { ProblemError } from "../problem";
import type { Context, Route } from "../route";

/** Whether an administrator asks. */
export function isAdministrator({ user }: Context): boolean {
  return user?.role === UserRole.administrator;
}

/** The route for administrators alone: 401 without a token, 403 for other users. */
export function forAdministrators(route: Omit<Route, "auth">): Route {
  return {
    ...route,
    auth: "required",
    handler: async (context) => {
      if (!isAdministrator(context)) {
        throw new ProblemError({ status: 403, detail: "Only an administrator may do this." });
      }
      return await route.handler(context);
    },
  };
}
