import type { FileRefusal, FileViewer, OpenedFile } from "../../../domain/videos/file-access";
import type { Result } from "../../../domain/result";
import { FILE_TOKEN_PARAMETER } from "../../../protocol/file-token";
import { attachment } from "../../../protocol/content-disposition";
import type { StoredFile } from "../../../storage/d1/video-files";
import { authenticate } from "../../middleware/authentication";
import { ProblemError } from "../../problem";
import type { Context } from "../../route";

/** Who asks: by an Authorization header, or by a token in the address, as a `<video>` must. */
export function viewerOf({ request, url, deps }: Context): FileViewer {
  return {
    signedIn: async () => await authenticate(request, deps, "optional"),
    fileToken: url.searchParams.get(FILE_TOKEN_PARAMETER) ?? undefined,
  };
}

/** The opened file, or the problem that says why not. */
export function openedOrProblem(result: Result<OpenedFile, FileRefusal>): OpenedFile {
  if (result.ok) {
    return result.value;
  }
  switch (result.error.reason) {
    case "unknown-file":
      throw new ProblemError({ status: 404, detail: "There is no file of this name: it was deleted, or the address is wrong." });
    case "sign-in-needed":
      throw new ProblemError({
        status: 401,
        code: "unauthorized_request",
        detail:
          "This video isn't public: send the access token of a user who may watch it in the Authorization header, or a token from POST /api/v1/videos/{id}/token as videoFileToken in the address.",
        headers: { "www-authenticate": "Bearer" },
      });
    case "forbidden":
      throw new ProblemError({ status: 403, detail: "This video is private: only its owner may watch it." });
    case "token-refused":
      throw new ProblemError({
        status: 403,
        detail: "The address's videoFileToken has ended or isn't for this video: ask for a new one by POST /api/v1/videos/{id}/token.",
      });
  }
}

/** Refuses a download that the video's owner has switched off. */
export function refuseDisabledDownload(opened: OpenedFile): void {
  if (!opened.file.video.downloadEnabled) {
    throw new ProblemError({ status: 403, detail: "The owner of this video has switched off downloads." });
  }
}

/** The Content-Disposition under which a browser saves a file, or its torrent: the video's title and the resolution. */
export function downloadAs(file: StoredFile, extension: string): string {
  return attachment(file.video.name, `${file.resolution === 0 ? "" : `-${file.resolution}p`}.${extension}`);
}

/** What this instance's files are answered with besides their own headers: a browser takes them for what they are said to be, and any page may embed them. */
export const MEDIA_HEADERS = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox",
  "cross-origin-resource-policy": "cross-origin",
} as const;
