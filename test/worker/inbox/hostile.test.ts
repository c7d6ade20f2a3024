import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureLocalActor } from "../../../src/domain/actors/local.ts";
import { forgetTargets } from "../../../src/domain/remote/target-limits.ts";
import { INSTANCE_ACTOR } from "../../../src/protocol/activitystreams/local-actors.ts";
import { handleInbox, inboxRetryDelaySeconds } from "../../../src/queue-consumers/inbox.ts";
import type { JsonObject, JsonValue } from "../../../src/protocol/activitystreams/types.ts";
import { rows, seedActors, startBench, type InboxBench } from "./support.ts";
import { accountAt, channelAt, deliver, HERE, PUBLIC, said, seedLocalVideo, type Said } from "./world.ts";

// What is well signed and means harm, or nothing: no input makes a handler throw, and the state stays what it was.

const EVE = accountAt("evil.test", "eve");
const EVE_CHANNEL = channelAt("evil.test", "eve");
const BEGIN = Date.parse("2026-11-20T00:00:00Z");

const TYPES = [
  "Accept",
  "Announce",
  "ApproveReply",
  "Create",
  "Delete",
  "Dislike",
  "Flag",
  "Follow",
  "Like",
  "Reject",
  "RejectReply",
  "Undo",
  "Update",
  "View",
];
const OBJECT_TYPES = [...TYPES, "Video", "Note", "Playlist", "CacheFile", "WatchAction", "Person", "Group", "Tombstone"];

let bench: InboxBench;
let local: string;

beforeEach(async () => {
  forgetTargets();
  bench = await startBench({
    origin: HERE,
    answer: () => new Response("not even JSON", { headers: { "content-type": "application/activity+json" } }),
  });
  bench.setTime(BEGIN);
  await seedActors(BEGIN, { [EVE]: "a key", [EVE_CHANNEL]: "a key" });
  await ensureLocalActor(bench.deps, INSTANCE_ACTOR);
  local = await seedLocalVideo(1);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Ids of here and there, and what isn't one. */
const anId = () =>
  fc.constantFrom<JsonValue>(
    local,
    `${local}/comments/1`,
    `${HERE}/accounts/root`,
    `${HERE}/accounts/peertube`,
    `${HERE}/accounts/peertube/follows/1`,
    `${HERE}/videos/watch/%ff`,
    `${HERE}/accounts/%E0%A4%A`,
    EVE,
    EVE_CHANNEL,
    `${EVE}/objects/1`,
    "http://evil.test/",
    "https://[::1]:99999/",
    "data:text/html,x",
    "",
  );
const anything = (): fc.Arbitrary<JsonValue> =>
  fc.oneof(anId(), fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>, fc.string({ unit: "binary" }));

const anObject = (): fc.Arbitrary<JsonObject> =>
  fc.record(
    {
      type: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<JsonValue>(...OBJECT_TYPES) }, { weight: 1, arbitrary: anything() }),
      id: fc.oneof(fc.constant<JsonValue>(`${EVE}/objects/1`), anId()),
      actor: fc.oneof(fc.constant<JsonValue>(EVE), anything()),
      object: anything(),
      attributedTo: fc.oneof(fc.constantFrom<JsonValue>(EVE, [EVE, EVE_CHANNEL]), anything()),
      inReplyTo: fc.oneof(fc.constant<JsonValue>(local), anything()),
      content: anything(),
      name: anything(),
      uuid: anything(),
      url: anything(),
      icon: anything(),
      tag: anything(),
      published: fc.oneof(fc.constant<JsonValue>("2026-11-01T00:00:00Z"), anything()),
      updated: anything(),
      duration: fc.oneof(fc.constant<JsonValue>("PT5S"), anything()),
      to: fc.oneof(fc.constant<JsonValue>([PUBLIC]), anything()),
      publicKey: anything(),
      preferredUsername: anything(),
      inbox: anything(),
      watchSections: anything(),
      actionStatus: fc.constant<JsonValue>("CompletedActionStatus"),
    },
    { requiredKeys: ["type", "id"] },
  );

const anActivity = (): fc.Arbitrary<Said> =>
  fc
    .record({
      type: fc.constantFrom(...TYPES),
      actor: fc.constantFrom(EVE, EVE_CHANNEL),
      object: fc.oneof(
        { weight: 3, arbitrary: anObject() },
        { weight: 1, arbitrary: anything() },
        { weight: 1, arbitrary: fc.array(anything(), { maxLength: 3 }) },
      ),
      content: anything(),
      tag: anything(),
      expires: fc.constant<JsonValue>(null),
      number: fc.nat(1e9),
    })
    .map(({ number, ...fields }) => said(BEGIN - 1000, { id: `${fields.actor}#${number}`, ...fields }));

describe("well signed nonsense", () => {
  it("makes nothing throw, and changes nothing of here", { timeout: 240_000 }, async () => {
    const errors = vi.spyOn(console, "error");
    const before = await rows("SELECT uuid, name, privacy FROM videos WHERE url IS NULL");
    await fc.assert(
      fc.asyncProperty(fc.array(anActivity(), { minLength: 20, maxLength: 20 }), async (activities) => {
        forgetTargets();
        activities.forEach((activity) => deliver(bench, activity));
        // Some is to be tried again: the host has had its share of questions. But nothing throws.
        await bench.applyQueued();
        expect(errors.mock.calls).toEqual([]);
      }),
      { numRuns: 25, endOnFailure: true },
    );
    expect(await rows("SELECT uuid, name, privacy FROM videos WHERE url IS NULL")).toEqual(before);
    expect(await rows("SELECT username FROM users")).toEqual([{ username: "root" }]);
    expect(bench.fetched.filter((url) => new URL(url).host !== "evil.test")).toEqual([]);
  });
});

describe("unsigned and ill-formed requests", () => {
  it("are refused, none with a 500", { timeout: 120_000 }, async () => {
    const header = fc.oneof(
      fc.string({ unit: "grapheme-ascii" }),
      fc.constantFrom("", 'keyId="', `keyId="${EVE}",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="AAAA"`),
    );
    const paths = fc.constantFrom(
      "/inbox",
      "/accounts/root/inbox",
      "/accounts/%00/inbox",
      "/accounts/%ff/inbox",
      "/video-channels/x/inbox",
    );
    const body = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(paths, header, header, header, body, async (path, signature, input, digest, content) => {
        const headers = new Headers({ "content-type": "application/activity+json" });
        for (const [name, value] of Object.entries({ signature, "signature-input": input, digest, date: new Date(BEGIN).toUTCString() })) {
          headers.set(name, value);
        }
        const response = await bench.post(path, Object.fromEntries(headers), content);
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 400, endOnFailure: true },
    );
    expect(bench.queued).toEqual([]);
  });
});

describe("the consumer of the inbox", () => {
  it("settles each message by itself, also one that it doesn't understand", async () => {
    const settled: string[] = [];
    const message = (id: string, body: unknown) => ({
      id,
      body,
      attempts: 2,
      timestamp: new Date(),
      ack: () => void settled.push(`${id} done`),
      retry: (options?: { delaySeconds?: number }) => void settled.push(`${id} again in ${options?.delaySeconds}`),
    });
    const text = (activity: JsonObject) => ({ body: { text: JSON.stringify(activity) }, signer: EVE, receivedAt: BEGIN });
    bench.deps.videoViews = () => ({ count: () => Promise.reject(new Error("away")) });
    const batch = {
      messages: [
        message("like", text(said(BEGIN, { id: `${EVE}#1`, type: "Like", actor: EVE, object: local }))),
        message("nonsense", { something: "else" }),
        message("view", text(said(BEGIN, { id: `${EVE}#2`, type: "View", actor: EVE, object: local }))),
        message("garbage", { body: { text: "{" }, signer: EVE, receivedAt: BEGIN }),
      ],
    };
    await handleInbox(batch as unknown as MessageBatch<unknown>, bench.deps);
    expect(settled.toSorted()).toEqual(["garbage done", "like done", "nonsense again in 30", "view again in 30"]);
    expect(await rows("SELECT rating FROM video_rates")).toEqual([{ rating: 1 }]);
  });

  it("waits longer each time", () => {
    expect([1, 2, 3, 4, 8, 20].map(inboxRetryDelaySeconds)).toEqual([10, 30, 90, 270, 14_400, 14_400]);
  });
});
