import {
  isCount,
  isDate,
  isDuration,
  isMissing,
  isObject,
  isText,
  isUrl,
  isUrlList,
  isUuid,
  listOf,
  PUBLIC,
  type Json,
} from "./peertube-checks.ts";
import { videoProblems } from "./peertube-video-rules.ts";

// What a PeerTube 6.3 asks of an activity before it does anything with it, as far as that was found by trying: each rule that is
// broken is a sentence. Stricter than PeerTube where it merely drops a part: what we send should be used whole.

export { videoProblems };

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
  need(
    typeof actor["preferredUsername"] === "string" && /^[A-Za-z0-9._:-]+$/.test(actor["preferredUsername"]),
    "preferredUsername isn't of the characters that PeerTube takes",
  );
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
  need(isUuid(playlist["uuid"]), "uuid isn't a v4 UUID");
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
  need(isDuration(action["duration"]), "duration isn't PT…S");
  need(isDate(action["startTime"]) && isDate(action["endTime"]), "startTime or endTime isn't a date");
  need(isUuid(action["uuid"]), "uuid isn't a v4 UUID");
  need(action["actionStatus"] === "CompletedActionStatus", "actionStatus");
  need(
    listOf(action["watchSections"]).every((section) => isCount(section["startTimestamp"]) && isCount(section["endTimestamp"])),
    "watchSections",
  );
  return problems;
}
