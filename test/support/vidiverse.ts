import { setTimeout as sleep } from "node:timers/promises";
import type { VideoDetails } from "../../src/contract/video.ts";
import { json, signIn, type SignedIn } from "./client.ts";
import { ROOT_PASSWORD, startInstance, type Instance } from "./instance.ts";

// Several whole instances on this machine that follow one another over http://localhost:PORT.

const EVENTUALLY_MS = 20_000;

/** An instance with its administrator signed in. */
export interface Member {
  instance: Instance;
  url: string;
  /** As others name it: `localhost:PORT`. */
  host: string;
  root: SignedIn;
  /** Asks the REST API as root; throws where the answer isn't a success. */
  api: <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>;
  /** The same, whatever the answer. */
  ask: (method: string, path: string, body?: unknown) => Promise<Response>;
}

/** Starts `count` instances, each knowing nobody; every one must be stopped. */
export async function startVidiverse(count: number): Promise<Member[]> {
  return await Promise.all(Array.from({ length: count }, async () => await memberOf(await startInstance())));
}

/** Ends what `startVidiverse` started. */
export async function stopVidiverse(members: Member[]): Promise<void> {
  await Promise.all(members.map(async ({ instance }) => await instance.stop()));
}

/** Signs root in. */
export async function memberOf(instance: Instance): Promise<Member> {
  const root = await signIn(instance, "root", ROOT_PASSWORD);
  const ask = async (method: string, path: string, body?: unknown) =>
    await fetch(instance.url + path, {
      method,
      headers: { ...root.headers, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    instance,
    url: instance.url,
    host: new URL(instance.url).host,
    root,
    ask,
    async api<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await ask(method, path, body);
      return response.status === 204 ? (undefined as T) : await json<T>(response);
    },
  };
}

/** What `look` gives as soon as it gives something; throws with the last failure where that takes too long. */
export async function eventually<T>(look: () => Promise<T | undefined | false>, what: string, withinMs = EVENTUALLY_MS): Promise<T> {
  const deadline = Date.now() + withinMs;
  let failure: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) {
        return found;
      }
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${what}`, { cause: failure });
    }
    await sleep(100);
  }
}

/** `follower` follows `target` as an instance; resolves once that is accepted. */
export async function follow(follower: Member, target: Member): Promise<void> {
  await follower.api("POST", "/api/v1/server/following", { hosts: [target.host] });
  await eventually(async () => (await followingState(follower, target.host)) === "accepted", `${follower.host} follows ${target.host}`);
}

/** The state of an instance's following of a host; undefined: it doesn't follow it. */
export async function followingState(follower: Member, host: string): Promise<string | undefined> {
  const { data } = await follower.api<{ data: { state: string; following: { host: string } }[] }>(
    "GET",
    "/api/v1/server/following?count=100",
  );
  return data.find((entry) => entry.following.host === host)?.state;
}

/** The state in which `host` follows an instance; undefined: it doesn't. */
export async function followerState(target: Member, host: string): Promise<string | undefined> {
  const { data } = await target.api<{ data: { state: string; follower: { host: string } }[] }>("GET", "/api/v1/server/followers?count=100");
  return data.find((entry) => entry.follower.host === host)?.state;
}

/** A video as an instance shows it to anybody; undefined: it doesn't. */
export async function videoAt({ url }: Member, uuid: string): Promise<VideoDetails | undefined> {
  const response = await fetch(`${url}/api/v1/videos/${uuid}`);
  return response.status === 404 ? undefined : await json<VideoDetails>(response);
}

/** Resolves with the video once `member` shows it. */
export async function videoArrives(member: Member, uuid: string, withinMs?: number): Promise<VideoDetails> {
  return await eventually(async () => await videoAt(member, uuid), `${member.host} shows ${uuid}`, withinMs);
}

/** Drops all requests to a member, or takes them again. */
export async function setOffline({ url }: Member, offline: boolean): Promise<void> {
  await fetch(`${url}/__test__/offline`, { method: "POST", body: JSON.stringify({ offline }) });
}

/** Has a member do what would be due after so much time. */
export async function letTimePass({ url }: Member, advanceMs: number): Promise<void> {
  const response = await fetch(`${url}/__test__/due`, { method: "POST", body: JSON.stringify({ advanceMs }) });
  if (response.status !== 204) {
    throw new Error(`time doesn't pass: ${response.status} ${await response.text()}`);
  }
}
