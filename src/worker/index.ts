import { runDailyMaintenance } from "../domain/maintenance";
import { handleMediaBatch } from "../queue-consumers/media";
import { composeDeps } from "./deps";
import { handleRequest } from "./router";

export { Swarm } from "../durable-objects/swarm";
export { Upload } from "../durable-objects/upload";

/** Stands in for the request's address where there is no request; only links to pages depend on it. */
const NO_REQUEST_URL = "http://localhost/";

export default {
  async fetch(request, env, ctx) {
    return await handleRequest(
      request,
      composeDeps(env, request.url, (promise) => ctx.waitUntil(promise)),
    );
  },

  async queue(batch, env, ctx) {
    await handleMediaBatch(
      batch,
      composeDeps(env, NO_REQUEST_URL, (promise) => ctx.waitUntil(promise)),
    );
  },

  async scheduled(_controller, env, ctx) {
    await runDailyMaintenance(composeDeps(env, NO_REQUEST_URL, (promise) => ctx.waitUntil(promise)));
  },
} satisfies ExportedHandler<Env>;
