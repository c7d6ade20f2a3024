import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { parseActor } from "../../../src/protocol/objects/actor.ts";
import { parseNote } from "../../../src/protocol/objects/note.ts";
import { parseVideo } from "../../../src/protocol/objects/video.ts";
import objectCases from "../../fixtures/wire/actor-comment-cachefile-matrix.json" with { type: "json" };
import videoCases from "../../fixtures/wire/video-ingestion-matrix.json" with { type: "json" };
import { recordedDocument } from "../../support/wire.ts";
import { ACTOR_SPOILS, NOTE_SPOILS, spoilOf, VIDEO_SPOILS, type Spoil } from "../../support/wire-variants.ts";

// What a real PeerTube takes is taken here too; of what it refuses, some is taken, and that is on purpose.

const KINDS = [
  {
    kind: "video",
    document: "video",
    spoils: VIDEO_SPOILS,
    parse: parseVideo,
    cases: videoCases as { test: string; result: string }[],
    /** What hangs on the documents around; one alone says nothing of it. */
    around: [
      "id on another host",
      "hasParts url that 404s",
      "comments url that 404s",
      "shares url that 404s",
      "likes url that 404s",
      "likes collection without totalItems",
      "attributedTo only Person",
    ],
    /** The meaning is plain, or it is left out. */
    takenAnyway: [
      "without views",
      "without updated",
      "without mediaType",
      "without icon",
      "without url",
      "name of 2 characters",
      "name of 121 characters",
      "category.identifier number",
      'category.identifier "abc"',
      "licence.identifier number",
      "licence.identifier spdx CC-BY-SA (no version)",
      "language.identifier number",
      "views -1",
      "updated unix number",
      "mediaType text/plain with content",
      "content of 2 chars",
      "icon image/png",
      "icon image/webp",
      "icon without width/height",
      "url: not an array",
      "url: two mp4 with same height+fps (duplicate)",
      "url: magnet with bad infohash",
      "attributedTo string (not array)",
      "subtitleLanguage not array",
      "preview object",
    ],
    refusedAnyway: [],
  },
  {
    kind: "actor",
    document: "actor-channel",
    spoils: ACTOR_SPOILS,
    parse: parseActor,
    cases: objectCases.filter(({ kind }) => kind === "actor"),
    around: [
      "attributedTo on another host",
      "followers collection 404",
      "type Person fetched through channel search",
      "id on localhost (other host)",
    ],
    takenAnyway: [
      // Groups of other software belong to nobody; what owns a channel is looked at where it is stored.
      "without attributedTo",
      "attributedTo string",
      "attributedTo a Group",
      "publicKey without owner",
      "url as array of Links",
      "endpoints.sharedInbox not a url",
    ],
    refusedAnyway: [],
  },
  {
    kind: "comment",
    document: "comment-0",
    spoils: NOTE_SPOILS,
    parse: (document: JsonObject) => {
      const parsed = parseNote(document);
      return parsed.ok && parsed.value.kind === "note" && !parsed.value.isPublic ? { ok: false } : parsed;
    },
    cases: objectCases.filter(({ kind }) => kind === "comment"),
    around: ["inReplyTo unknown object", "sent by a Group actor", "object is only the URL string"],
    takenAnyway: ["to as string", "attributedTo array"],
    /** What its author said to some isn't shown to all. */
    refusedAnyway: ["to: [bob followers] only (not public)"],
  },
] as const;

describe.each(KINDS)("$kind", ({ document, spoils, parse, cases, around, takenAnyway, refusedAnyway }) => {
  const judged = cases.filter(({ test }) => !(around as readonly string[]).includes(test));

  it.each(judged.map(({ test, result }) => [test, result]))("%s: %s", (test, result) => {
    const spoil: Spoil | undefined = spoilOf(spoils, test);
    expect(spoil, "is rebuilt").toBeDefined();
    const spoiled = structuredClone(recordedDocument(document));
    spoil?.(spoiled);
    const isTakenThere = /ACCEPTED|STORED/.test(result);
    const isTaken = isTakenThere ? !(refusedAnyway as readonly string[]).includes(test) : (takenAnyway as readonly string[]).includes(test);
    expect(parse(spoiled as JsonObject).ok).toBe(isTaken);
  });

  it("every exception is one of the cases", () => {
    const names = cases.map(({ test }) => test);
    expect([...around, ...takenAnyway, ...refusedAnyway].filter((name) => !names.includes(name))).toEqual([]);
  });
});
