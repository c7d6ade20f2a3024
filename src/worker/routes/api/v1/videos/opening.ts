import type { ChannelRefusal, FileRefusal, VideoRefusal } from "../../../../../domain/uploads/open-upload";
import type { UploadedImage } from "../../../../../domain/uploads/assembled-upload";
import { ProblemError } from "../../../../problem";

// How the opening of an upload is read and refused: by problems, like any other request.

/** The file's size in bytes and type, which the resumable protocol declares in headers. */
export function declaredSizeAndType(request: Request): { size: number; mimeType: string } {
  const size = request.headers.get("x-upload-content-length");
  const mimeType = request.headers.get("x-upload-content-type");
  const wrong: string[] = [];
  if (size === null || !/^\d{1,15}$/.test(size)) {
    wrong.push("x-upload-content-length");
  }
  if (!mimeType) {
    wrong.push("x-upload-content-type");
  }
  if (wrong.length > 0) {
    throw new ProblemError({
      status: 400,
      detail: `Incorrect request parameters: ${wrong.join(", ")}`,
      invalidParams: Object.fromEntries(
        wrong.map((path) => [
          path,
          {
            type: "field",
            msg: path.endsWith("length") ? "must be the file's size in bytes" : "must be the file's media type",
            path,
            location: "headers",
          },
        ]),
      ),
    });
  }
  return { size: Number(size), mimeType: mimeType ?? "" };
}

/** A form's image with its bytes; undefined where there is none, or an empty one. */
export async function imageOf(file: Blob | undefined): Promise<UploadedImage | undefined> {
  return file === undefined || file.size === 0 ? undefined : { bytes: await file.bytes(), mimeType: file.type };
}

/** What a client is told of a file or a place for it that is refused. */
export function openingProblem(refusal: FileRefusal | ChannelRefusal | VideoRefusal): ProblemError {
  switch (refusal.reason) {
    case "empty-file":
      return new ProblemError({ status: 400, detail: "The file is empty: choose one that has a video in it." });
    case "too-large":
      return new ProblemError({
        status: 413,
        code: "max_file_size_reached",
        detail: `The file is larger than the ${inGibibytes(refusal.maxBytes)} that this instance takes.`,
        headers: { "x-file-maximum-size": String(refusal.maxBytes) },
      });
    case "over-quota":
      return new ProblemError({
        status: 413,
        code: "quota_reached",
        detail: `The file doesn't fit: your videos take ${inGibibytes(refusal.usedBytes)} of the ${inGibibytes(refusal.quotaBytes)} that you may use.`,
      });
    case "not-a-video":
      return new ProblemError({
        status: 415,
        detail: "This type of file isn't a video's or a sound's: send the file's media type, such as video/mp4.",
      });
    case "unknown-channel":
      return new ProblemError({ status: 400, detail: "There is no such channel here: choose one of yours." });
    case "not-your-channel":
      return new ProblemError({ status: 403, detail: "This channel isn't yours: choose one of your own." });
    case "unknown-video":
      return new ProblemError({ status: 404, detail: "There is no such video here." });
    case "not-your-video":
      return new ProblemError({ status: 403, detail: "Only the owner of a video adds renditions to it." });
  }
}

function inGibibytes(bytes: number): string {
  return bytes < 1024 ** 3 ? `${Math.floor(bytes / 1024 ** 2)} MiB` : `${Math.floor((bytes / 1024 ** 3) * 10) / 10} GiB`;
}
