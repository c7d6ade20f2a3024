import type { ActorObject } from "../domain/actors/actor-object";
import type { Deps } from "../domain/deps";
import { openDatabase } from "../storage/d1/database";

/** The domain's dependencies, and the bindings that only the worker passes requests to. */
export interface WorkerDeps extends Deps {
  env: Env;
}

/** What the edge lets one invocation wait for at a time. */
const EDGE_CONNECTIONS = 6;

/** The one composition root. `requestUrl` stands in for PUBLIC_URL where that is empty. */
export function composeDeps(env: Env, requestUrl: string, waitUntil: (promise: Promise<unknown>) => void): WorkerDeps {
  return {
    env,
    database: openDatabase(env.DB),
    media: env.MEDIA,
    maxMediaReadBytes: env.MAX_MEDIA_READ_BYTES === undefined ? undefined : Number(env.MAX_MEDIA_READ_BYTES),
    mediaJobs: env.MEDIA_JOBS,
    inbox: env.INBOX,
    deliveries: env.DELIVERIES,
    federationTasks: env.FEDERATION_TASKS,
    // Through unknown: TypeScript gives up on the stub's type for JSON of any depth.
    actorObject: (name) => env.ACTORS.getByName(name) as unknown as ActorObject,
    videoViews: (videoUuid) => env.VIDEO_VIEWS.getByName(videoUuid),
    fetch: (input, init) => fetch(input, init),
    maxConnections: env.MAX_CONNECTIONS === undefined ? EDGE_CONNECTIONS : Number(env.MAX_CONNECTIONS),
    publicUrl: (env.PUBLIC_URL as string) === "" ? new URL(requestUrl).origin : env.PUBLIC_URL.replace(/\/+$/, ""),
    now: () => Date.now(),
    waitUntil,
  };
}
