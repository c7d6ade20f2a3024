import { composeDeps } from "./deps";
import { handleRequest } from "./router";

export { Upload } from "../durable-objects/upload";
export { Swarm } from "../durable-objects/swarm";

export default {
  async fetch(request, env, ctx) {
    return await handleRequest(
      request,
      composeDeps(env, request.url, (promise) => ctx.waitUntil(promise)),
    );
  },
} satisfies ExportedHandler<Env>;
