import { expect, it } from "vitest";
import { targetsOf } from "../../../src/client/admin/follows-api";
import {
  counted,
  ended,
  healthSentence,
  historySentence,
  isUnderWay,
  nameOf,
  nextTry,
  relativeTime,
} from "../../../src/client/admin/words";
import type { Follow, FollowActor } from "../../../src/contract/follow";
import { normalizeHost, parseFollowTarget } from "../../../src/domain/follows/host";

const NOW = Date.UTC(2026, 10, 24, 12);
const at = (ms: number) => new Date(NOW + ms).toISOString();

it("tells times by how far they are", () => {
  expect([-30_000, -61_000, -3 * 3_600_000, -26 * 3_600_000, 30_000, 300_000].map((ms) => relativeTime(at(ms), NOW))).toEqual([
    "just now",
    "1 minute ago",
    "3 hours ago",
    "yesterday",
    "in a moment",
    "in 5 minutes",
  ]);
  expect([nextTry(at(-1), NOW), nextTry(at(120_000), NOW)]).toEqual(["any moment", "in 2 minutes"]);
  expect([counted(1, "page"), counted(1200, "entry", "entries"), ended("No"), ended("No!")]).toEqual([
    "1 page",
    "1,200 entries",
    "No.",
    "No!",
  ]);
});

it("names an instance by its host, others by their handle", () => {
  const actor = { name: "peertube", host: "a.example", type: "Application" } as FollowActor;
  expect(nameOf(actor)).toBe("a.example");
  expect(nameOf({ ...actor, name: "ann", type: "Person" })).toBe("ann@a.example");
});

it("says what is wrong with a host, and nothing where nothing is", () => {
  const health = { failures: 0, failingSince: null, restingUntil: null, lastError: null, waiting: 0, isBlocked: false };
  expect(healthSentence({ score: 1000, health }, NOW)).toBeUndefined();
  expect(healthSentence({ score: 1000 }, NOW)).toBeUndefined();
  const failing = { ...health, failures: 2, failingSince: at(-7_200_000), restingUntil: at(3_600_000), lastError: "status 502" };
  expect(healthSentence({ score: 300, health: failing }, NOW)).toBe(
    "Health 300, failing since 2 hours ago: status 502. Next try in 1 hour",
  );
});

it("says how far a past is read, and looks again while something moves", () => {
  const history = { state: "running", pagesRead: 2, itemsRead: 40, totalItems: 100, lastError: null, finishedAt: null } as const;
  expect(historySentence(history)).toBe("Reading what it published before: 40 entries of 100, 2 pages");
  expect(historySentence({ ...history, state: "failed", lastError: "status 404" })).toMatch(
    /failed after 40 entries of 100, 2 pages: status 404$/,
  );
  expect(historySentence(null)).toBeUndefined();
  expect(isUnderWay({ state: "accepted", history } as unknown as Follow)).toBe(true);
  expect(isUnderWay({ state: "accepted", history: { ...history, state: "done" } } as unknown as Follow)).toBe(false);
  expect(isUnderWay({ state: "pending" } as unknown as Follow)).toBe(true);
});

it("tells hosts from handles and addresses in what is pasted", () => {
  expect(targetsOf(" a.example,\n@ann@b.example; https://c.example/\nhttps://d.example/video-channels/films\n\n")).toEqual({
    hosts: ["a.example", "https://c.example/"],
    handles: ["@ann@b.example", "https://d.example/video-channels/films"],
  });
  expect(targetsOf("  ")).toEqual({ hosts: [], handles: [] });
});

it.each([
  ["A.example", "a.example"],
  [" https://a.example:443/ ", "a.example"],
  ["a.example:8443", "a.example:8443"],
  ["bücher.example", "xn--bcher-kva.example"],
  ["a.example/path", undefined],
  ["ann@a.example", undefined],
  ["https://user:pass@a.example", undefined],
  ["a b", undefined],
  ["", undefined],
])("reads the host %j", (text, host) => {
  expect(normalizeHost("https://here.example", text)).toBe(host);
});

it.each([
  ["a.example", { kind: "host", host: "a.example" }],
  ["@Ann@A.example", { kind: "handle", name: "Ann", host: "a.example" }],
  ["acct:ann@a.example", { kind: "handle", name: "ann", host: "a.example" }],
  ["https://a.example/accounts/ann", { kind: "url", url: "https://a.example/accounts/ann" }],
  ["javascript:alert(1)", undefined],
  ["ann@", undefined],
  ["ann@a.example@b.example", undefined],
  ["a.example/accounts/ann", undefined],
])("reads the target %j", (text, target) => {
  expect(parseFollowTarget("https://here.example", text)).toEqual(target);
});
