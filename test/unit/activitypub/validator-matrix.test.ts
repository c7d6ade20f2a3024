import { describe, expect, it } from "vitest";
import objectCases from "../../fixtures/wire/actor-comment-cachefile-matrix.json" with { type: "json" };
import videoCases from "../../fixtures/wire/video-ingestion-matrix.json" with { type: "json" };
import { activityProblems, actorProblems, noteProblems, videoProblems } from "../../support/peertube-validator.ts";
import { recordedDocument } from "../../support/wire.ts";
import { ACTOR_SPOILS, NOTE_SPOILS, spoilOf, VIDEO_SPOILS } from "../../support/wire-variants.ts";

// The validator against what a real PeerTube did with each variant of a document: what that refused, the validator must find.

/** What hangs on the documents around, not on this one. */
const NOT_OF_THE_DOCUMENT = [
  "id on another host",
  "hasParts url that 404s",
  "likes url that 404s",
  "likes collection without totalItems",
  "type Person fetched through channel search",
  "id on localhost (other host)",
  "attributedTo on another host",
  "inReplyTo unknown object",
  "sent by a Group actor",
];

describe("videos", () => {
  it.each(
    videoCases
      .filter(({ test, result }) => result !== "ACCEPTED" && !NOT_OF_THE_DOCUMENT.includes(test))
      .map(({ test, result }) => [test, result]),
  )("%s: %s", (test) => {
    const document = structuredClone(recordedDocument("video"));
    const spoil = spoilOf(VIDEO_SPOILS, test);
    expect(spoil, "is rebuilt").toBeDefined();
    spoil?.(document);
    expect(videoProblems(document)).not.toEqual([]);
  });

  // What PeerTube takes but leaves something of out is a problem to the validator, and so isn't here.
  it.each([
    "baseline",
    "without @context",
    "without category",
    "without licence",
    "without language",
    "without sensitive",
    "without content",
    "without support",
    "without aspectRatio",
    "duration PT0S",
    "uuid different from the url uuid",
    'category unknown id "99"',
    "licence.identifier spdx CC-BY-SA-4.0",
    "language zz",
    "published without ms (2024-01-01T00:00:00Z)",
    "published in the future",
    "mediaType text/html",
    "icon single object",
    "icon only 1 (280px)",
    "url: video/mp4 without width",
    "url: video/mp4 without attachment",
    "commentsPolicy 2 (disabled)",
    "commentsPolicy 3",
    "subtitleLanguage with url",
  ])("%s: ACCEPTED", (test) => {
    expect(videoCases.find((known) => known.test === test)?.result).toBe("ACCEPTED");
    const document = structuredClone(recordedDocument("video"));
    spoilOf(VIDEO_SPOILS, test)?.(document);
    expect(videoProblems(document)).toEqual([]);
  });

  it.each([
    "url: empty array",
    "url: video/mp4 without height",
    "url: video/mp4 without size",
    "url: video/mp4 fps 29.97",
    "url: video/mp4 height/size as strings",
    "url: video/x-matroska",
    "url: .torrent link but no magnet",
    "url: no trackers at all",
    "to [] (unlisted)",
    "duration PT1M5S",
    "subtitleLanguage without url",
  ])("%s: taken, but not whole", (test) => {
    expect(videoCases.find((known) => known.test === test)?.result).toBe("ACCEPTED");
    const document = structuredClone(recordedDocument("video"));
    spoilOf(VIDEO_SPOILS, test)?.(document);
    expect(videoProblems(document)).not.toEqual([]);
  });
});

describe.each([
  { kind: "actor", name: "actor-channel", spoils: ACTOR_SPOILS, problemsOf: actorProblems },
  { kind: "comment", name: "comment-0", spoils: NOTE_SPOILS, problemsOf: noteProblems },
])("$kind", ({ kind, name, spoils, problemsOf }) => {
  const refused = objectCases.filter((known) => known.kind === kind && /rejected|dropped/.test(known.result)).map(({ test }) => test);

  it.each(refused.filter((test) => !NOT_OF_THE_DOCUMENT.includes(test) && !test.startsWith("object is")))("%s: refused", (test) => {
    const document = structuredClone(recordedDocument(name));
    const spoil = spoilOf(spoils, test);
    expect(spoil, "is rebuilt").toBeDefined();
    spoil?.(document);
    expect(problemsOf(document)).not.toEqual([]);
  });

  it("as it was recorded: taken", () => {
    expect(problemsOf(recordedDocument(name))).toEqual([]);
  });
});

it("a Create of a bare address is dropped", () => {
  const note = recordedDocument("comment-0");
  const create = { "@context": [], id: `${String(note["id"])}/activity`, type: "Create", actor: note["attributedTo"] };
  expect(activityProblems({ ...create, object: note["id"] })).not.toEqual([]);
  expect(activityProblems({ ...create, object: note })).toEqual([]);
});
