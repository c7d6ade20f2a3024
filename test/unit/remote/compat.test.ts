import { describe, expect, test } from "vitest";
import { sanitizeComment } from "../../../src/protocol/sanitize.ts";
import type { JsonObject } from "../../../src/protocol/activitystreams/types.ts";
import { contentOf } from "../../../src/protocol/compat/content-map.ts";
import { keyOwnerOf } from "../../../src/protocol/compat/key-document.ts";
import { isPublicAlias } from "../../../src/protocol/compat/public-audience.ts";
import { licenceNumberOf } from "../../../src/protocol/compat/spdx-licence.ts";
import { parseActor } from "../../../src/protocol/objects/actor.ts";
import { parseNote } from "../../../src/protocol/objects/note.ts";
import { recordedDocument } from "../../support/wire.ts";

// What other software than PeerTube writes, as far as it reaches a PeerTube.

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const VIDEO = "https://tube.example/videos/watch/fe56f858-6739-4b4c-8937-a0e00e103e3f";
const { publicKeyPem } = recordedDocument("actor-account")["publicKey"] as { publicKeyPem: string };

/** A Mastodon's reply to a video of ours. */
const MASTODON_NOTE: JsonObject = {
  "@context": [
    "https://www.w3.org/ns/activitystreams",
    { ostatus: "http://ostatus.org#", atomUri: "ostatus:atomUri", sensitive: "as:sensitive" },
  ],
  id: "https://mastodon.example/users/eve/statuses/115600000000000001",
  type: "Note",
  summary: null,
  inReplyTo: VIDEO,
  published: "2026-11-23T10:00:00Z",
  url: "https://mastodon.example/@eve/115600000000000001",
  attributedTo: "https://mastodon.example/users/eve",
  to: [PUBLIC],
  cc: ["https://mastodon.example/users/eve/followers", "https://tube.example/accounts/ada"],
  sensitive: false,
  conversation: "tag:mastodon.example,2026-11-23:objectId=1:objectType=Conversation",
  content:
    '<p><span class="h-card" translate="no"><a href="https://tube.example/accounts/ada" class="u-url mention">@<span>ada</span></a></span> Nice <a href="https://mastodon.example/tags/film" class="mention hashtag" rel="tag">#<span>film</span></a></p>',
  contentMap: { en: "<p>Nice</p>" },
  attachment: [],
  tag: [
    { type: "Mention", href: "https://tube.example/accounts/ada", name: "@ada@tube.example" },
    { type: "Hashtag", href: "https://mastodon.example/tags/film", name: "#film" },
  ],
  replies: {
    id: "https://mastodon.example/users/eve/statuses/115600000000000001/replies",
    type: "Collection",
    first: { type: "CollectionPage", items: [] },
  },
};

const LEMMY_NOTE: JsonObject = {
  id: "https://lemmy.example/comment/1",
  type: "Note",
  attributedTo: "https://lemmy.example/u/eve",
  to: [PUBLIC],
  cc: ["https://lemmy.example/c/films", "https://tube.example/accounts/ada"],
  content: "<p>I <em>agree</em></p>\n",
  mediaType: "text/html",
  source: { content: "I *agree*", mediaType: "text/markdown" },
  inReplyTo: VIDEO,
  published: "2026-11-23T10:00:00.123456Z",
  audience: "https://lemmy.example/c/films",
  distinguished: false,
};

const GOTOSOCIAL_NOTE: JsonObject = {
  id: "https://gts.example/users/eve/statuses/01JDABC",
  type: "Note",
  attributedTo: "https://gts.example/users/eve",
  to: PUBLIC,
  cc: ["https://gts.example/users/eve/followers", "https://tube.example/accounts/ada"],
  content: "<p>Nice</p>",
  contentMap: { en: "<p>Nice</p>" },
  interactionPolicy: { canLike: { always: [PUBLIC] } },
  inReplyTo: VIDEO,
  published: "2026-11-23T11:00:00+01:00",
  sensitive: false,
  tag: { type: "Mention", href: "https://tube.example/accounts/ada", name: "@ada@tube.example" },
};

const PLEROMA_NOTE: JsonObject = {
  id: "https://pleroma.example/objects/1",
  type: "Note",
  actor: "https://pleroma.example/users/eve",
  attributedTo: "https://pleroma.example/users/eve",
  to: ["as:Public", "https://tube.example/accounts/ada"],
  cc: ["https://pleroma.example/users/eve/followers"],
  content: "Nice<br/>one",
  contentMap: { en: "Nice<br/>one" },
  context: "https://pleroma.example/contexts/1",
  inReplyTo: VIDEO,
  published: "2026-11-23T10:00:00.000000Z",
  emoji: {},
  source: "Nice\none",
};

describe("a reply to a video", () => {
  test.each([
    [
      "Mastodon",
      MASTODON_NOTE,
      '<p><a href="https://tube.example/accounts/ada" rel="nofollow noopener ugc">@ada</a> Nice <a href="https://mastodon.example/tags/film" rel="nofollow noopener ugc">#film</a></p>',
    ],
    ["Lemmy", LEMMY_NOTE, "<p>I <em>agree</em></p>"],
    ["GoToSocial", GOTOSOCIAL_NOTE, "<p>Nice</p>"],
    ["Pleroma", PLEROMA_NOTE, "Nice<br />one"],
  ])("of %s is read and shown", (_, document, html) => {
    const parsed = parseNote(document);
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        kind: "note",
        inReplyTo: VIDEO,
        authorId: document["attributedTo"],
        isPublic: true,
        isMarkdown: false,
        approvalId: undefined,
      },
    });
    if (parsed.ok && parsed.value.kind === "note") {
      expect(Math.floor(parsed.value.publishedAt / 1000)).toBe(Date.parse("2026-11-23T10:00:00Z") / 1000);
      expect(sanitizeComment(parsed.value.content)).toBe(html);
    }
  });
});

describe("an actor", () => {
  const person = (changes: JsonObject): JsonObject => ({
    id: "https://a.example/users/eve",
    type: "Person",
    preferredUsername: "eve",
    inbox: "https://a.example/users/eve/inbox",
    publicKey: { id: "https://a.example/users/eve#main-key", owner: "https://a.example/users/eve", publicKeyPem },
    ...changes,
  });

  test.each<[string, JsonObject, object]>([
    [
      "Mastodon",
      {
        name: "Eve",
        summary: "<p>Films</p>",
        endpoints: { sharedInbox: "https://a.example/inbox" },
        icon: { type: "Image", mediaType: "image/png", url: "https://a.example/1.png" },
        tag: [],
        attachment: [{ type: "PropertyValue", name: "Web", value: "x" }],
      },
      { displayName: "Eve", sharedInbox: "https://a.example/inbox", icon: "https://a.example/1.png" },
    ],
    ["a bot", { type: "Service", name: "" }, { type: "Service", displayName: "eve" }],
    [
      "Lemmy's community",
      { type: "Group", name: "Films", attributedTo: "https://a.example/c/eve/moderators", featured: "https://a.example/c/eve/featured" },
      { type: "Group", owners: ["https://a.example/c/eve/moderators"] },
    ],
    [
      "GoToSocial, its key at an address of its own",
      { publicKey: { id: "https://a.example/users/eve/main-key", owner: "https://a.example/users/eve", publicKeyPem } },
      { publicKey: { id: "https://a.example/users/eve/main-key", pem: publicKeyPem } },
    ],
    [
      "Mitra, which has Ed25519 keys too",
      {
        assertionMethod: [
          {
            id: "https://a.example/users/eve#rsa",
            type: "Multikey",
            controller: "https://a.example/users/eve",
            publicKeyMultibase: "z4MXj1wBzi9j",
          },
          {
            id: "https://a.example/users/eve#ed",
            type: "Multikey",
            controller: "https://a.example/users/eve",
            publicKeyMultibase: "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
          },
        ],
      },
      { publicKey: { pem: publicKeyPem }, assertionKey: { id: "https://a.example/users/eve#ed" } },
    ],
  ])("of %s", (_, changes, expected) => {
    expect(parseActor(person(changes))).toMatchObject({ ok: true, value: expected });
  });
});

test("text: content, else the first of contentMap that is some", () => {
  expect(contentOf({ content: "a", contentMap: { en: "b" } })).toBe("a");
  expect(contentOf({ content: null, contentMap: { en: "b", fr: "c" } })).toBe("b");
  expect(contentOf({ contentMap: { und: 7, fr: "c" } })).toBe("c");
  for (const contentMap of [undefined, null, [], {}, "text", 7, { en: null }]) {
    expect(contentOf({ contentMap })).toBeUndefined();
  }
});

test.each([
  ["the key alone", { id: "https://a.example/k", owner: "https://a.example/u", publicKeyPem }, "https://a.example/u"],
  ["a Multikey alone", { id: "https://a.example/k", controller: "https://a.example/u", publicKeyMultibase: "z6Mk" }, "https://a.example/u"],
  [
    "a cut-down actor",
    { id: "https://a.example/u", publicKey: { id: "https://a.example/k", owner: "https://a.example/u", publicKeyPem } },
    "https://a.example/u",
  ],
  ["a cut-down actor whose key tells no owner", { id: "https://a.example/u", publicKey: { publicKeyPem } }, "https://a.example/u"],
  ["an owner that is none", { id: "https://a.example/k", owner: "javascript:x", publicKeyPem }, undefined],
  ["something else", { id: "https://a.example/k", owner: "https://a.example/u" }, undefined],
  ["a list of keys", { publicKey: [{ owner: "https://a.example/u" }] }, undefined],
] as [string, JsonObject, string | undefined][])("whose key: %s", (_, document, owner) => {
  expect(keyOwnerOf(document)).toBe(owner);
});

test("everybody, by whatever name", () => {
  expect([PUBLIC, "as:Public", "Public"].map(isPublicAlias)).toEqual([true, true, true]);
  expect(["public", "https://www.w3.org/ns/activitystreams", "", null, undefined, {}].some(isPublicAlias)).toBe(false);
});

test("licences by PeerTube's number and SPDX's name", () => {
  expect(["1", "7", "CC-BY-4.0", "CC-BY-NC-ND-4.0", "CC0"].map(licenceNumberOf)).toEqual([1, 7, 1, 6, 7]);
  expect(["", "-1", "1.5", "CC-BY", "toString", "__proto__", "12345678"].map(licenceNumberOf)).toEqual(Array(7).fill(undefined));
});
