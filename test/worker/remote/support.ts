import { env } from "cloudflare:workers";
import { forgetBlockedHosts } from "../../../src/domain/follows/blocklist.ts";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import type { RemoteRefusal } from "../../../src/domain/remote/refusal.ts";
import type { Result } from "../../../src/domain/result.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { recordedDocument } from "../../support/wire.ts";
import { recordedAnswer, REMOTE_VIDEO_URL, startBench, type InboxBench } from "../inbox/support.ts";

export { REMOTE_VIDEO_URL } from "../inbox/support.ts";

/** What other instances answer: by address first, then what was recorded. */
export type Answers = Record<string, JsonObject | Response | ((url: string) => Response | Promise<Response>)>;

export const PEERTUBE = "http://127.0.0.1:9001";

/** An instance that hears of others by `answers`, which may be changed while it runs. */
export async function startReader(answers: Answers = {}): Promise<InboxBench & { answers: Answers }> {
  forgetTargets();
  forgetBlockedHosts();
  const bench = await startBench({
    answer: async (url) => {
      const answer = answers[url];
      if (answer === undefined) {
        return recordedAnswer(url);
      }
      if (typeof answer === "function") {
        return await answer(url);
      }
      return answer instanceof Response ? answer.clone() : activityJson(answer);
    },
  });
  return { ...bench, answers };
}

export function activityJson(document: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(document), { ...init, headers: { "content-type": "application/activity+json", ...init.headers } });
}

/** The recorded video with some of it changed. */
export function videoDocument(changes: JsonObject = {}): JsonObject {
  return { ...(structuredClone(recordedDocument("video")) as JsonObject), ...changes };
}

export const UPDATED = Date.parse(String(recordedDocument("video")["updated"]));

export function valueOf<T>(result: Result<T, RemoteRefusal>): T {
  if (!result.ok) {
    throw new Error(`${result.error.reason}: ${result.error.why}`);
  }
  return result.value;
}

/** Why not; "taken" where it was. */
export function reasonOf(result: Result<unknown, RemoteRefusal>): string {
  return result.ok ? "taken" : result.error.reason;
}

export async function rows(query: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (
    await env.DB.prepare(query)
      .bind(...values)
      .all()
  ).results;
}

/** The recorded video as it is kept; undefined: it isn't. */
export async function keptVideo(url = REMOTE_VIDEO_URL): Promise<Record<string, unknown> | undefined> {
  return (await rows("SELECT * FROM videos WHERE url = ?", url))[0];
}
