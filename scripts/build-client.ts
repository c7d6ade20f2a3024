import { buildClient } from "./lib/client-build.ts";

const began = performance.now();
const built = await buildClient();
console.log(built ? `Client built in ${((performance.now() - began) / 1000).toFixed(1)} s.` : "Client is up to date.");
