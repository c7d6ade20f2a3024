// What a PeerTube 6.3 asks of an activity before it does anything with it, as far as that was found by trying: each rule that is
// broken is a sentence. Stricter than PeerTube where it merely drops a part: what we send should be used whole.

type Json = Record<string, unknown>;

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;
const DURATION = /^PT\d+S$/;
const FILE_TYPES = ["video/mp4", "video/webm", "video/ogg", "audio/mp4"];
const FLAG_REASONS = [
  "violentOrRepulsive",
  "hatefulOrAbusive",
  "spamOrMisleading",
  "privacy",
  "rights",
  "serverRules",
  "thumbnails",
  "captions",
];

/** Every rule that an activity breaks. */
export function activityProblems(activity: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  need(isUrl(activity["id"]), "id isn't a URL");
  need(isUrl(activity["actor"]), "actor isn't a URL");
  need(Array.isArray(activity["@context"]), "no @context");
  for (const field of ["to", "cc"]) {
    need(activity[field] === undefined || isUrlList(activity[field]), `${field} isn't a list of URLs`);
  }
  const type = String(activity["type"]);
  const object = activity["object"];
  switch (type) {
    case "Create":
    case "Update":
      problems.push(...(isObject(object) ? embeddedProblems(type, object) : ["the object isn't embedded"]));
      break;
    case "Delete":
    case "Follow":
    case "Like":
    case "Dislike":
    case "Announce":
    case "View":
      need(isUrl(object) || (isObject(object) && isUrl(object["id"])), "object isn't a URL");
      break;
    case "Undo":
      need(isObject(object), "what is undone isn't embedded");
      if (isObject(object)) {
        need(["Follow", "Like", "Dislike", "Announce", "Create"].includes(String(object["type"])), `Undo of ${String(object["type"])}`);
        problems.push(...activityProblems({ "@context": activity["@context"], ...object }).map((problem) => `undone: ${problem}`));
        need(object["actor"] === activity["actor"], "undone by another actor");
      }
      break;
    case "Accept":
    case "Reject":
      need(isObject(object) && object["type"] === "Follow" && object["object"] === activity["actor"], "doesn't carry the Follow");
      break;
    case "Flag":
      need(isText(activity["content"], 2, 3000), "content isn't of 2 to 3000 characters");
      need(isUrl(object), "object isn't one URL");
      need(
        listOf(activity["tag"]).every((tag) => tag["type"] === "Hashtag" && FLAG_REASONS.includes(String(tag["name"]))),
        "an unknown reason",
      );
      break;
    case "ApproveReply":
    case "RejectReply":
      need(isUrl(object) && isUrl(activity["inReplyTo"]), "object or inReplyTo isn't a URL");
      break;
    default:
      problems.push(`PeerTube drops a ${type}`);
  }
  return problems;
}

function embeddedProblems(verb: string, object: Json): string[] {
  switch (object["type"]) {
    case "Video":
      return videoProblems(object);
    case "Note":
      return noteProblems(object);
    case "Playlist":
      return playlistProblems(object);
    case "WatchAction":
      return watchActionProblems(object);
    case "Person":
    case "Group":
    case "Application":
      return verb === "Update" ? actorProblems(object) : ["Create of an actor"];
    default:
      return [`PeerTube drops a ${verb} of ${String(object["type"])}`];
  }
}

/** Every rule that a Video breaks (with a sentence for each link that would be dropped). */
export function videoProblems(video: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  need(isUrl(video["id"]), "id isn't a URL");
  need(isText(video["name"], 3, 120), "name isn't of 3 to 120 characters");
  need(typeof video["duration"] === "string" && DURATION.test(video["duration"]), "duration isn't PT…S");
  need(typeof video["uuid"] === "string" && UUID_V4.test(video["uuid"]), "uuid isn't a v4 UUID");
  need(isCount(video["views"]), "views isn't a count");
  for (const field of ["published", "updated"]) {
    need(isDate(video[field]), `${field} isn't a date`);
  }
  need(isMissing(video["originallyPublishedAt"]) || isDate(video["originallyPublishedAt"]), "originallyPublishedAt isn't a date");
  const attributed = listOf(video["attributedTo"]);
  need(
    attributed.some((entry) => entry["type"] === "Group" && isUrl(entry["id"])),
    "attributedTo has no Group",
  );
  need(
    attributed.some((entry) => entry["type"] === "Person" && isUrl(entry["id"])),
    "attributedTo has no Person",
  );
  const icons = listOf(video["icon"]).filter(
    (icon) =>
      icon["type"] === "Image" &&
      icon["mediaType"] === "image/jpeg" &&
      isUrl(icon["url"]) &&
      isCount(icon["width"]) &&
      isCount(icon["height"]),
  );
  need(icons.length > 0, "no JPEG icon with its size");
  need(
    isMissing(video["content"]) ||
      (isText(video["content"], 3, 10_000) && ["text/markdown", "text/html"].includes(String(video["mediaType"]))),
    "content or its mediaType",
  );
  for (const field of ["category", "licence", "language"]) {
    const value = video[field];
    need(value === undefined || (isObject(value) && typeof value["identifier"] === "string"), `${field} has no string identifier`);
  }
  need(
    listOf(video["subtitleLanguage"]).every((entry) => typeof entry["identifier"] === "string" && isUrl(entry["url"])),
    "subtitleLanguage",
  );
  need(Array.isArray(video["subtitleLanguage"]) && Array.isArray(video["preview"]), "subtitleLanguage or preview isn't a list");
  need(
    listOf(video["tag"]).length <= 5 && listOf(video["tag"]).every((tag) => tag["type"] === "Hashtag" && isText(tag["name"], 2, 30)),
    "tags",
  );
  need(isUrlList(video["to"]) && (video["to"] as string[]).includes(PUBLIC), "not addressed to the public");
  for (const field of ["likes", "dislikes", "shares", "comments", "hasParts"]) {
    need(isUrl(video[field]), `${field} isn't the URL of a collection: without likes and dislikes a PeerTube 6.3 ends`);
  }
  return [...problems, ...linkProblems(video)];
}

function linkProblems(video: Json): string[] {
  const problems: string[] = [];
  const links = listOf(video["url"]);
  if (links[0]?.["mediaType"] !== "text/html") {
    problems.push("the first link isn't the page");
  }
  const files = links.filter((link) => FILE_TYPES.includes(String(link["mediaType"])));
  const names = files.map((file) => String(file["href"]).split("/").at(-1));
  const kinds = files.map((file) => `${String(file["height"])} ${String(file["fps"])}`);
  if (files.length === 0) {
    problems.push("no file");
  }
  if (new Set(names).size !== names.length) {
    problems.push("two files of one name");
  }
  if (new Set(kinds).size !== kinds.length) {
    problems.push("two files of one height and frame rate");
  }
  for (const file of files) {
    const { height, fps, size } = file;
    if (!isUrl(file["href"]) || !isCount(height) || !isCount(size) || !Number.isInteger(fps)) {
      problems.push("a file without address, height, size or whole frame rate");
    }
    const beside = links.filter((link) => link !== file && link["height"] === height);
    const magnet = beside.find((link) => link["mediaType"] === "application/x-bittorrent;x-scheme-handler/magnet");
    const href = String(magnet?.["href"]);
    if (!/[?&]xt=urn:btih:[0-9a-f]{40}(?:&|$)/.test(href) || !/[?&]xs=http/.test(href) || !/[?&]ws=http/.test(href)) {
      problems.push(`no usable magnet of ${String(height)}p`);
    }
    if (!beside.some((link) => link["mediaType"] === "application/x-bittorrent" && isUrl(link["href"]))) {
      problems.push(`no torrent of ${String(height)}p`);
    }
    if (
      !beside.some(
        (link) =>
          listOfTexts(link["rel"]).includes("metadata") &&
          listOfTexts(link["rel"]).includes(String(file["mediaType"])) &&
          link["fps"] === fps,
      )
    ) {
      problems.push(`no metadata of ${String(height)}p`);
    }
  }
  const trackers = links.filter((link) => listOfTexts(link["rel"]).includes("tracker"));
  if (
    !trackers.some((link) => String(link["href"]).endsWith("/tracker/announce")) ||
    !trackers.some((link) => String(link["href"]).endsWith("/tracker/socket"))
  ) {
    problems.push("the trackers aren't at the paths that PeerTube uses");
  }
  return problems;
}

/** Every rule that an actor breaks. */
export function actorProblems(actor: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  for (const field of ["id", "inbox", "outbox", "followers", "following", "url"]) {
    need(isUrl(actor[field]), `${field} isn't a URL`);
  }
  need(["Person", "Group", "Application"].includes(String(actor["type"])), "an unknown type");
  need(/^[A-Za-z0-9._:-]+$/.test(String(actor["preferredUsername"])), "preferredUsername");
  const key = actor["publicKey"];
  need(
    isObject(key) &&
      isUrl(key["id"]) &&
      key["owner"] === actor["id"] &&
      String(key["publicKeyPem"]).startsWith("-----BEGIN PUBLIC KEY-----"),
    "publicKey",
  );
  need(isObject(actor["endpoints"]) && isUrl(actor["endpoints"]["sharedInbox"]), "sharedInbox");
  need(isMissing(actor["summary"]) || isText(actor["summary"], 3, 1000), "summary");
  if (actor["type"] === "Group") {
    need(
      listOf(actor["attributedTo"]).some((owner) => owner["type"] === "Person" && isUrl(owner["id"])),
      "a channel without owner",
    );
  }
  return problems;
}

/** Every rule that a comment breaks. */
export function noteProblems(note: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  need(isUrl(note["id"]) && isUrl(note["url"]) && isUrl(note["inReplyTo"]), "id, url or inReplyTo isn't a URL");
  need(isText(note["content"], 1, 65_000), "content");
  need(isDate(note["published"]), "published isn't a date");
  need(isUrlList(note["to"]) && (note["to"] as string[]).includes(PUBLIC), "not addressed to the public");
  need(isUrl(note["attributedTo"]), "attributedTo isn't one URL");
  need(isMissing(note["replyApproval"]) || isUrl(note["replyApproval"]), "replyApproval");
  return problems;
}

/** Every rule that a playlist breaks. */
export function playlistProblems(playlist: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  need(isUrl(playlist["id"]), "id isn't a URL");
  need(isText(playlist["name"], 1, 120), "name");
  need(typeof playlist["uuid"] === "string" && UUID_V4.test(playlist["uuid"]), "uuid isn't a v4 UUID");
  need(isCount(playlist["totalItems"]), "totalItems isn't a count");
  need(isDate(playlist["published"]) && isDate(playlist["updated"]), "published or updated isn't a date");
  need(isUrlList(playlist["attributedTo"]) && (playlist["attributedTo"] as string[]).length === 1, "not of exactly one channel");
  need(Array.isArray(playlist["to"]), "to isn't a list");
  return problems;
}

function watchActionProblems(action: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  need(isUrl(action["id"]) && isUrl(action["object"]), "id or object isn't a URL");
  need(DURATION.test(String(action["duration"])), "duration isn't PT…S");
  need(isDate(action["startTime"]) && isDate(action["endTime"]), "startTime or endTime isn't a date");
  need(UUID_V4.test(String(action["uuid"])), "uuid isn't a v4 UUID");
  need(action["actionStatus"] === "CompletedActionStatus", "actionStatus");
  need(
    listOf(action["watchSections"]).every((section) => isCount(section["startTimestamp"]) && isCount(section["endTimestamp"])),
    "watchSections",
  );
  return problems;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isUrl(value: unknown): value is string {
  const url = typeof value === "string" && value.length >= 3 && value.length <= 2000 ? URL.parse(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.host !== "";
}

function isUrlList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isUrl);
}

function isDate(value: unknown): boolean {
  return typeof value === "string" && ISO_DATE.test(value) && !Number.isNaN(Date.parse(value));
}

function isCount(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isText(value: unknown, min: number, max: number): boolean {
  return typeof value === "string" && value.length >= min && value.length <= max;
}

function listOf(value: unknown): Json[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(isObject);
}

function listOfTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
