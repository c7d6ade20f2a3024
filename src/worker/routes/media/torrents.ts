import { readTorrentInfo } from "../../../domain/media/stored-bytes";
import { openFileOfTorrent, type OpenedFile } from "../../../domain/videos/file-access";
import { FILE_TOKEN_PARAMETER, withFileToken } from "../../../protocol/file-token";
import { paths } from "../../../protocol/paths";
import { buildMetainfo } from "../../../protocol/torrent/metainfo";
import { trackerUrls } from "../../../protocol/torrent/trackers";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { downloadAs, MEDIA_HEADERS, openedOrProblem, refuseDisabledDownload, viewerOf } from "./open-file";

// A torrent is composed when it is asked for, from the info dictionary, which never changes, and the addresses, which
// may: a cache instance's WebSeed comes and goes. That of a video that isn't for everybody names no tracker, since none
// serves it (domain/swarms/torrents.ts), and its WebSeed works for as long as the token with which it was asked for.

async function open(context: Context): Promise<OpenedFile> {
  return openedOrProblem(await openFileOfTorrent(context.deps, context.params.filename ?? "", viewerOf(context)));
}

async function serve(context: Context, { file, openTo }: OpenedFile, more: Record<string, string>): Promise<Response> {
  const { deps } = context;
  const info = await readTorrentInfo(deps, file.uuid);
  if (info === undefined) {
    throw new ProblemError({ status: 404, detail: "The torrent of this file is no longer here." });
  }
  const webSeed = deps.publicUrl + paths.webVideo(file.filename);
  const token = context.url.searchParams.get(FILE_TOKEN_PARAMETER);
  const torrent = buildMetainfo({
    info,
    trackers: openTo === "everybody" ? trackerUrls(deps.publicUrl, file.video.uuid) : [],
    webSeeds: [openTo === "token-holders" && token !== null ? withFileToken(webSeed, token) : webSeed],
    createdBy: "Edgetube",
    creationDate: Math.floor(file.createdAt / 1000),
    comment: deps.publicUrl + paths.watch(file.video.uuid),
  });
  return new Response(torrent, {
    headers: {
      ...MEDIA_HEADERS,
      "content-type": "application/x-bittorrent",
      "content-length": String(torrent.byteLength),
      "cache-control": openTo === "everybody" ? "public, max-age=300" : "private, no-store",
      ...more,
    },
  });
}

async function getTorrent(context: Context): Promise<Response> {
  return await serve(context, await open(context), {});
}

async function downloadTorrent(context: Context): Promise<Response> {
  const opened = await open(context);
  refuseDisabledDownload(opened);
  return await serve(context, opened, { "content-disposition": downloadAs(opened.file, "torrent") });
}

export const torrentRoutes: Route[] = [
  { method: "GET", path: "/lazy-static/torrents/:filename", auth: "none", handler: getTorrent },
  { method: "GET", path: "/download/torrents/:filename", auth: "none", handler: downloadTorrent },
];
