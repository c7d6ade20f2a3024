// The variants of documents that a real PeerTube judged (test/fixtures/wire/*-matrix.json), built anew from what was recorded of it.

export type Json = Record<string, unknown>;
export type Spoil = (document: Json) => void;

const set =
  (field: string, value: unknown): Spoil =>
  (document) => {
    document[field] = value;
  };

const setIn =
  (field: string, values: Json): Spoil =>
  (document) => {
    document[field] = { ...(document[field] as Json), ...values };
  };

/** Changes the entries of a list that `matches` picks. */
const change =
  (field: string, matches: (entry: Json) => boolean, changed: (entry: Json) => Json[]): Spoil =>
  (document) => {
    document[field] = (document[field] as Json[]).flatMap((entry) => (matches(entry) ? changed(entry) : [entry]));
  };

const everything = () => true;
const isFile = ({ mediaType }: Json) => mediaType === "video/mp4";
const isMagnet = ({ mediaType }: Json) => mediaType === "application/x-bittorrent;x-scheme-handler/magnet";
const isTorrent = ({ mediaType }: Json) => mediaType === "application/x-bittorrent";
const without = (entry: Json, ...fields: string[]): Json =>
  Object.fromEntries(Object.entries(entry).filter(([field]) => !fields.includes(field)));

const isPlaylist = ({ mediaType }: Json) => mediaType === "application/x-mpegURL";
const isTracker = ({ rel }: Json) => Array.isArray(rel) && rel.includes("tracker");

const keep =
  (field: string, matches: (entry: Json) => boolean): Spoil =>
  (document) => {
    document[field] = (document[field] as Json[]).filter(matches);
  };

/** Keeps of the HLS playlist's tags those that match. */
const changeTags = (matches: (tag: Json) => boolean): Spoil =>
  change("url", isPlaylist, (entry) => [{ ...entry, tag: (entry["tag"] as Json[]).filter(matches) }]);

/** `without FIELD` needs no entry of its own. */
export function spoilOf(spoils: Record<string, Spoil>, test: string): Spoil | undefined {
  const field = /^without ([\w@]+)$/.exec(test)?.[1];
  return spoils[test] ?? (field === undefined ? undefined : (document) => delete document[field]);
}

export const VIDEO_SPOILS: Record<string, Spoil> = {
  baseline: () => undefined,
  "name of 2 characters": set("name", "ab"),
  "name of 121 characters": set("name", "a".repeat(121)),
  "duration as number": set("duration", 8),
  "duration PT1M5S": set("duration", "PT1M5S"),
  "duration PT5.5S": set("duration", "PT5.5S"),
  "duration P0DT5S": set("duration", "P0DT5S"),
  "duration PT0S": set("duration", "PT0S"),
  "uuid not an uuid": set("uuid", "abc"),
  "uuid different from the url uuid": set("uuid", "0b7f5b6e-5a0e-4a4b-9b5e-0d6a3b1f2c11"),
  "category.identifier number": setIn("category", { identifier: 15 }),
  'category.identifier "abc"': setIn("category", { identifier: "abc" }),
  'category unknown id "99"': setIn("category", { identifier: "99" }),
  "licence.identifier number": setIn("licence", { identifier: 1 }),
  "licence.identifier spdx CC-BY-SA-4.0": setIn("licence", { identifier: "CC-BY-SA-4.0" }),
  "licence.identifier spdx CC-BY-SA (no version)": setIn("licence", { identifier: "CC-BY-SA" }),
  "language.identifier number": setIn("language", { identifier: 1 }),
  "language zz": setIn("language", { identifier: "zz" }),
  'views as string "5"': set("views", "5"),
  "views -1": set("views", -1),
  "published not a date": set("published", "yesterday"),
  "updated unix number": set("updated", 1_700_000_000),
  "published without ms (2024-01-01T00:00:00Z)": set("published", "2024-01-01T00:00:00Z"),
  "published in the future": set("published", "2099-01-01T00:00:00.000Z"),
  "mediaType text/plain with content": set("mediaType", "text/plain"),
  "mediaType text/html": set("mediaType", "text/html"),
  "content of 2 chars": set("content", "ab"),
  "icon single object": (document) => (document["icon"] = (document["icon"] as Json[])[0]),
  "icon only 1 (280px)": (document) => (document["icon"] = (document["icon"] as Json[]).slice(0, 1)),
  "icon image/png": change("icon", everything, (icon) => [{ ...icon, mediaType: "image/png" }]),
  "icon image/webp": change("icon", everything, (icon) => [{ ...icon, mediaType: "image/webp" }]),
  "icon without width/height": change("icon", everything, (icon) => [without(icon, "width", "height")]),
  "url: not an array": set("url", "http://127.0.0.1:9001/w/1"),
  "url: empty array": set("url", []),
  "url: video/mp4 without height": change("url", isFile, (file) => [without(file, "height")]),
  "url: video/mp4 without size": change("url", isFile, (file) => [without(file, "size")]),
  "url: video/mp4 without fps": change("url", isFile, (file) => [without(file, "fps")]),
  "url: video/mp4 fps 29.97": change("url", isFile, (file) => [{ ...file, fps: 29.97 }]),
  "url: video/mp4 without width": change("url", isFile, (file) => [without(file, "width")]),
  "url: video/mp4 without attachment": change("url", isFile, (file) => [without(file, "attachment")]),
  "url: video/mp4 height/size as strings": change("url", isFile, (file) => [
    { ...file, height: String(file["height"]), size: String(file["size"]) },
  ]),
  "url: video/x-matroska": change("url", isFile, (file) => [{ ...file, mediaType: "video/x-matroska" }]),
  "url: two mp4 with same height+fps (duplicate)": change("url", isFile, (file) => [
    file,
    { ...file, href: String(file["href"]).replace(".mp4", "-2.mp4") },
  ]),
  "url: magnet with bad infohash": change("url", isMagnet, (link) => [
    { ...link, href: String(link["href"]).replace(/btih:[0-9a-f]+/, "btih:abc") },
  ]),
  "url: magnet but no .torrent link": change("url", isTorrent, () => []),
  "url: .torrent link but no magnet": change("url", isMagnet, () => []),
  "url: no trackers at all": change("url", isTracker, () => []),
  "attributedTo only Person": change(
    "attributedTo",
    ({ type }) => type === "Group",
    () => [],
  ),
  "attributedTo string (not array)": set("attributedTo", "http://127.0.0.1:9001/video-channels/ada_channel"),
  "state 2 (TO_TRANSCODE)": set("state", 2),
  "to [] (unlisted)": set("to", []),
  "to [followers] only": set("to", ["http://127.0.0.1:9001/accounts/ada/followers"]),
  "type Note": set("type", "Note"),
  "subtitleLanguage with url": () => undefined,
  "subtitleLanguage without url": change("subtitleLanguage", everything, (caption) => [without(caption, "url")]),
  "subtitleLanguage not array": set("subtitleLanguage", { identifier: "en" }),
  "preview object": set("preview", { type: "Image" }),
  "commentsPolicy 2 (disabled)": set("commentsPolicy", 2),
  "commentsPolicy 3": set("commentsPolicy", 3),
  "identifier instead of uuid": (document) => {
    document["identifier"] = document["uuid"];
    delete document["uuid"];
  },
  "content 20000 chars (truncated)": set("content", "a".repeat(20_000)),
  "tag: 7 hashtags": set(
    "tag",
    Array.from({ length: 7 }, (_, index) => ({ type: "Hashtag", name: `tag${index}` })),
  ),
  'tag: Hashtag named "#foo" + Mention + 1 char': set("tag", [
    { type: "Hashtag", name: "#foo" },
    { type: "Mention", name: "@ada@127.0.0.1:9001" },
    { type: "Hashtag", name: "x" },
  ]),
  "url: only text/html": keep("url", ({ mediaType }) => mediaType === "text/html"),
  "url: only HLS + trackers (no web video)": keep("url", (entry) => isPlaylist(entry) || isTracker(entry)),
  "url: HLS, no torrent/magnet tags anywhere": (document) => {
    keep("url", (entry) => !isTorrent(entry) && !isMagnet(entry))(document);
    change("url", isPlaylist, (entry) => [{ ...entry, tag: (entry["tag"] as Json[]).filter((tag) => !isTorrent(tag) && !isMagnet(tag)) }])(
      document,
    );
  },
  "url: HLS without sha256 tag": changeTags(({ name }) => name !== "sha256"),
  "url: HLS without Infohash tag": changeTags(({ type }) => type !== "Infohash"),
  "url: HLS with tag []": changeTags(() => false),
  "url: HLS without tag": change("url", isPlaylist, (entry) => [without(entry, "tag")]),
  "url: HLS mediaType application/vnd.apple.mpegurl": change("url", isPlaylist, (entry) => [
    { ...entry, mediaType: "application/vnd.apple.mpegurl" },
  ]),
  "url: video/mp4 fps 0": change("url", isFile, (file) => [{ ...file, fps: 0 }]),
  "url: video/webm": change("url", isFile, (file) => [{ ...file, mediaType: "video/webm" }]),
  "url: magnet without xs": change("url", isMagnet, (link) => [{ ...link, href: String(link["href"]).replace(/xs=[^&]*&/, "") }]),
  "url: custom ws + http tracker urls": change("url", isTracker, (link) => [
    { ...link, href: String(link["href"]).replace("/tracker/", "/custom/") },
  ]),
  "url: custom http url with rel websocket": change("url", isTracker, (link) => [
    { ...link, rel: ["tracker", "websocket"], href: "http://127.0.0.1:9701/custom/http" },
  ]),
  "attributedTo only channel string": set("attributedTo", ["http://127.0.0.1:9001/video-channels/ada_channel"]),
  "state 99": set("state", 99),
  "preview without tileDuration": set("preview", [
    {
      type: "Image",
      rel: ["storyboard"],
      url: [{ mediaType: "image/jpeg", href: "http://127.0.0.1:9001/1.jpg", width: 1536, height: 108 }],
    },
  ]),
  "isLiveBroadcast true with no files": (document) => Object.assign(document, { isLiveBroadcast: true, url: [], state: 4 }),
  "commentsPolicy 9": set("commentsPolicy", 9),
  "no commentsPolicy, commentsEnabled false": (document) => {
    delete document["commentsPolicy"];
    document["commentsEnabled"] = false;
  },
  "inline likes collection object": set("likes", { type: "OrderedCollection", totalItems: 0 }),
};

function icon(width: number): Json {
  return { type: "Image", mediaType: "image/png", width, height: width, url: `http://127.0.0.1:9001/${width}.png` };
}

export const ACTOR_SPOILS: Record<string, Spoil> = {
  baseline: () => undefined,
  "publicKey.owner of another actor": setIn("publicKey", { owner: "http://127.0.0.1:9001/accounts/ada" }),
  "preferredUsername with dot, dash, colon": set("preferredUsername", "a.d-a:1"),
  "url as Link object": set("url", { type: "Link", href: "http://127.0.0.1:9001/c/ada_channel" }),
  "url as array of strings": set("url", ["http://127.0.0.1:9001/c/ada_channel"]),
  "endpoints {}": set("endpoints", {}),
  "attributedTo [string]": set("attributedTo", ["http://127.0.0.1:9001/accounts/ada"]),
  "icon array of two sizes": set("icon", [icon(48), icon(120)]),
  "icon array of two images of the same width": set("icon", [icon(120), icon(120)]),
  "icon object without size": set("icon", { type: "Image", mediaType: "image/png", url: "http://127.0.0.1:9001/1.png" }),
  "icon svg": set("icon", [{ type: "Image", mediaType: "image/svg+xml", url: "http://127.0.0.1:9001/1.svg" }]),
  "summary of 2 chars": set("summary", "ab"),
  "summary of 5000 chars": set("summary", "a".repeat(5000)),
  "published garbage": set("published", "yesterday"),
  "publicKey without id": setIn("publicKey", { id: undefined }),
  "publicKey without owner": setIn("publicKey", { owner: undefined }),
  'publicKeyPem "BEGIN RSA PUBLIC KEY"': setIn("publicKey", { publicKeyPem: "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n" }),
  "preferredUsername with accent": set("preferredUsername", "adé"),
  "url as array of Links": set("url", [{ type: "Link", href: "http://127.0.0.1:9001/c/ada_channel" }]),
  "endpoints.sharedInbox not a url": set("endpoints", { sharedInbox: "inbox" }),
  "attributedTo string": set("attributedTo", "http://127.0.0.1:9001/accounts/ada"),
  "attributedTo a Group": set("attributedTo", [{ type: "Group", id: "http://127.0.0.1:9001/video-channels/ada_channel" }]),
};

export const NOTE_SPOILS: Record<string, Spoil> = {
  baseline: () => undefined,
  "to: as:Public": set("to", ["as:Public"]),
  "to: [bob followers] only (not public)": (note) => Object.assign(note, { to: ["http://127.0.0.1:9001/accounts/bob/followers"], cc: [] }),
  "url as Link object": set("url", { type: "Link", href: "http://127.0.0.1:9001/comments/1" }),
  "content html <p>..</p><script>": set("content", "<p>hello <b>b</b></p><script>1</script>"),
  "mediaType text/markdown": set("mediaType", "text/markdown"),
  "attributedTo another actor of the same host": set("attributedTo", "http://127.0.0.1:9001/accounts/root"),
  "inReplyTo = short watch url /w/<shortUUID>": set("inReplyTo", "http://127.0.0.1:9001/w/xpAZyXHAwwCWqQPe5w2PpD"),
  "to as string": set("to", "https://www.w3.org/ns/activitystreams#Public"),
  "to [] cc []": (note) => Object.assign(note, { to: [], cc: [] }),
  "content empty string": set("content", ""),
  "attributedTo array": (note) => (note["attributedTo"] = [note["attributedTo"]]),
};
