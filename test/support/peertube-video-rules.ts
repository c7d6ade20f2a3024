// What a PeerTube 6.3 asks of a video.

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
  listOfTexts,
  PUBLIC,
  type Json,
} from "./peertube-checks.ts";

const FILE_TYPES = ["video/mp4", "video/webm", "video/ogg", "audio/mp4"];

/** Every rule that a Video breaks (with a sentence for each link that would be dropped). */
export function videoProblems(video: Json): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string) => {
    if (!condition) {
      problems.push(problem);
    }
  };
  need(video["type"] === "Video", "not a Video");
  need(isUrl(video["id"]), "id isn't a URL");
  need(isText(video["name"], 3, 120), "name isn't of 3 to 120 characters");
  need(isDuration(video["duration"]), "duration isn't PT…S");
  need(isUuid(video["uuid"]), "uuid isn't a v4 UUID");
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
    const identifier = isObject(value) ? value["identifier"] : undefined;
    const isTaken = typeof identifier === "string" && (field === "language" || /^\d+$/.test(identifier) || isLicence(field, identifier));
    need(value === undefined || isTaken, `${field} has no string identifier`);
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
  // The frame rates may differ, but then both would get one magnet.
  const kinds = files.map((file) => String(file["height"]));
  if (files.length === 0) {
    problems.push("no file");
  }
  if (new Set(names).size !== names.length) {
    problems.push("two files of one name");
  }
  if (new Set(kinds).size !== kinds.length) {
    problems.push("two files of one height");
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

function isLicence(field: string, identifier: string): boolean {
  return field === "licence" && /^(?:CC-BY(?:-NC)?(?:-SA|-ND)?-4\.0|CC0)$/.test(identifier);
}
