import { readVideoBytes } from "../../../domain/media/stored-bytes";
import { openVideoFile, type OpenedFile } from "../../../domain/videos/file-access";
import { decideAnswer } from "../../../protocol/http-range";
import { paths } from "../../../protocol/paths";
import { problemResponse, ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { downloadAs, MEDIA_HEADERS, openedOrProblem, refuseDisabledDownload, viewerOf } from "./open-file";

// The WebSeed (BEP 19): players and peers ask for one piece at a time, by range.

/**
 * A file's bytes never change under its name. Those that aren't for everybody stay out of shared caches, and out of the
 * viewer's own too but for a while under an address with a token: seeking back then asks for nothing twice.
 */
const CACHE_CONTROL: Record<OpenedFile["openTo"], string> = {
  everybody: "public, max-age=31536000, immutable",
  "token-holders": "private, max-age=600",
  user: "private, no-store",
};

async function open(context: Context): Promise<OpenedFile> {
  return openedOrProblem(await openVideoFile(context.deps, context.params.filename ?? "", viewerOf(context)));
}

async function serve(context: Context, opened: OpenedFile, more: Record<string, string>): Promise<Response> {
  const { file } = opened;
  const headers = {
    ...MEDIA_HEADERS,
    "accept-ranges": "bytes",
    etag: `"${file.etag}"`,
    "last-modified": new Date(file.createdAt).toUTCString(),
    "cache-control": CACHE_CONTROL[opened.openTo],
    ...more,
  };
  const representation = { etag: file.etag, lastModified: file.createdAt, size: file.size };
  const verdict = decideAnswer(context.request.method, context.request.headers, representation);
  switch (verdict.status) {
    case 304:
      return new Response(null, { status: 304, headers });
    case 412:
      return problemResponse(
        { status: 412, detail: "The file isn't the one that the request's precondition names." },
        context.url.pathname,
      );
    case 416:
      return problemResponse(
        {
          status: 416,
          detail: `The file has ${file.size} bytes; the range asked for begins behind its end.`,
          headers: { "content-range": `bytes */${file.size}`, "accept-ranges": "bytes" },
        },
        context.url.pathname,
      );
    case 206: {
      const { offset, length } = verdict;
      const contentRange = `bytes ${offset}-${offset + length - 1}/${file.size}`;
      return await bytes(context, file.uuid, { offset, length }, 206, {
        ...headers,
        "content-type": file.mimeType,
        "content-range": contentRange,
      });
    }
    case 200:
      return await bytes(context, file.uuid, { offset: 0, length: file.size }, 200, { ...headers, "content-type": file.mimeType });
  }
}

async function bytes(
  context: Context,
  fileUuid: string,
  range: { offset: number; length: number },
  status: 200 | 206,
  headers: Record<string, string>,
): Promise<Response> {
  const sized = { ...headers, "content-length": String(range.length) };
  if (context.request.method === "HEAD") {
    return new Response(null, { status, headers: sized });
  }
  const body = await readVideoBytes(context.deps, fileUuid, range);
  if (body === undefined) {
    throw new ProblemError({ status: 404, detail: "The bytes of this file are no longer here." });
  }
  return new Response(body, { status, headers: sized });
}

async function getWebVideo(context: Context): Promise<Response> {
  return await serve(context, await open(context), {});
}

async function downloadWebVideo(context: Context): Promise<Response> {
  const opened = await open(context);
  refuseDisabledDownload(opened);
  const extension = opened.file.filename.split(".").at(-1) ?? "mp4";
  // The name follows the video's title, so the answer isn't kept for ever.
  return await serve(context, opened, {
    "content-disposition": downloadAs(opened.file, extension),
    "cache-control": opened.openTo === "everybody" ? "public, max-age=300" : "private, no-store",
  });
}

export const webVideoRoutes: Route[] = [
  { method: "GET", path: paths.webVideo(":filename"), auth: "none", handler: getWebVideo },
  { method: "GET", path: paths.webVideoDownload(":filename"), auth: "none", handler: downloadWebVideo },
];
