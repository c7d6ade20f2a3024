import type { Deps } from "../domain/deps";
import { openDatabase } from "../storage/d1/database";

/** The domain's dependencies, and the bindings that only the worker passes requests to. */
export interface WorkerDeps extends Deps {
  env: Env;
}

/** The one composition root. `requestUrl` stands in for PUBLIC_URL where that is empty. */
export function composeDeps(env: Env, requestUrl: string, waitUntil: (promise: Promise<unknown>) => void): WorkerDeps {
  return {
    env,
    database: openDatabase(env.DB),
    media: env.MEDIA,
    maxMediaReadBytes: env.MAX_MEDIA_READ_BYTES === undefined ? undefined : Number(env.MAX_MEDIA_READ_BYTES),
    mediaJobs: env.MEDIA_JOBS,
    publicUrl: (env.PUBLIC_URL as string) === "" ? new URL(requestUrl).origin : env.PUBLIC_URL.replace(/\/+$/, ""),
    now: () => Date.now(),
    waitUntil,
  };
}
