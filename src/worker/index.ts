import { runDailyMaintenance, runMinutely } from "../domain/maintenance";
import { recordedOrigin } from "../domain/settings";
import { handleDeadLetters } from "../queue-consumers/dead-letter";
import { handleDeliveries } from "../queue-consumers/deliver";
import { handleFederationTasks } from "../queue-consumers/federation-tasks";
import { handleInbox } from "../queue-consumers/inbox";
import { handleMediaBatch } from "../queue-consumers/media";
import { composeDeps, type WorkerDeps } from "./deps";
import { handleRequest } from "./router";

export { Actor } from "../durable-objects/actor";
export { Swarm } from "../durable-objects/swarm";
export { Upload } from "../durable-objects/upload";
export { VideoViews } from "../durable-objects/video-views";

const CONSUMERS: Record<string, (batch: MessageBatch<unknown>, deps: WorkerDeps) => Promise<void>> = {
  "edgetube-media-jobs": handleMediaBatch,
  "edgetube-inbox": handleInbox,
  "edgetube-deliveries": handleDeliveries,
  "edgetube-federation-tasks": handleFederationTasks,
  "edgetube-dead-letters": handleDeadLetters,
};

/** Before anybody asked the instance for anything there is nothing to be sent. */
const NO_REQUEST_URL = "http://localhost/";
const DAILY_CRON = "17 3 * * *";

export default {
  async fetch(request, env, ctx) {
    return await handleRequest(
      request,
      composeDeps(env, request.url, (promise) => ctx.waitUntil(promise)),
    );
  },

  async queue(batch, env, ctx) {
    const consumer = CONSUMERS[batch.queue];
    if (consumer === undefined) {
      throw new Error(`There is no consumer of the queue ${batch.queue}.`);
    }
    await consumer(batch, await composeWithoutRequest(env, ctx));
  },

  async scheduled(controller, env, ctx) {
    const deps = await composeWithoutRequest(env, ctx);
    await (controller.cron === DAILY_CRON ? runDailyMaintenance(deps) : runMinutely(deps));
  },
} satisfies ExportedHandler<Env>;

/** Where PUBLIC_URL is empty, the address at which the instance was first asked for anything stands in for it. */
async function composeWithoutRequest(env: Env, ctx: ExecutionContext): Promise<WorkerDeps> {
  const waitUntil = (promise: Promise<unknown>) => ctx.waitUntil(promise);
  const deps = composeDeps(env, NO_REQUEST_URL, waitUntil);
  const origin = (env.PUBLIC_URL as string) === "" ? await recordedOrigin(deps) : undefined;
  return origin === undefined ? deps : composeDeps(env, origin, waitUntil);
}
