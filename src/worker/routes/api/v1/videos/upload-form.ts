import { Busboy } from "@fastify/busboy";
import type { BusboyFileStream, BusboyInstance } from "@fastify/busboy";
import { MAX_IMAGE_BYTES } from "../../../../../contract/upload";
import type { UploadedImage } from "../../../../../domain/uploads/assembled-upload";
import { brokenBody, invalidFields } from "../../../../middleware/validation";
import { ProblemError } from "../../../../problem";

const READ_BYTES = 64 * 1024;
/** The longest field is a description; 4 bytes for each of its characters fit. */
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_FIELDS = 100;
const MAX_FILES = 10;

export interface FormFile {
  filename: string;
  mimeType: string;
  bytes: AsyncIterable<Uint8Array>;
}

export interface UploadForm {
  /** In the order in which they came. */
  fields: [string, string][];
  /** Whether a `videofile` came. */
  hasVideo: boolean;
  image: UploadedImage | undefined;
}

/**
 * Reads the form of a one-request upload (multipart/form-data, RFC 7578) as it comes, fields and files in any order.
 * `onVideo` is given the video's bytes and is waited for; the form is read no faster than it takes them. Throws problems
 * for what isn't such a form, and whatever `onVideo` throws, as soon as it does.
 */
export async function readUploadForm(request: Request, onVideo: (file: FormFile) => Promise<void>): Promise<UploadForm> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(contentType) || !request.body) {
    throw new ProblemError({ status: 415, detail: "Send the video as multipart/form-data, with the file in «videofile»." });
  }
  const form: UploadForm = { fields: [], hasVideo: false, image: undefined };
  const parser = parserFor(contentType);
  const failure = Promise.withResolvers<never>();
  // It may come when nobody is waiting for it any more.
  failure.promise.catch(() => undefined);
  const work: Promise<void>[] = [];

  function readFile(name: string, file: BusboyFileStream, filename: string, mimeType: string): void {
    if (name === "videofile" && !form.hasVideo) {
      form.hasVideo = true;
      work.push(onVideo({ filename, mimeType, bytes: file as AsyncIterable<Uint8Array> }).catch((error) => failure.reject(error)));
    } else if ((name === "thumbnailfile" || name === "previewfile") && form.image === undefined) {
      const reading = readImage(name, file).then((bytes) => {
        form.image = bytes.byteLength > 0 ? { bytes, mimeType } : undefined;
      });
      work.push(reading.catch((error) => failure.reject(error)));
    } else {
      file.resume();
    }
  }

  parser.on("file", (name, file, filename, _encoding, mimeType) => readFile(name, file, filename, mimeType));
  parser.on("field", (name, value) => form.fields.push([name, value]));
  const parsed = new Promise<void>((resolve, reject) => {
    parser.on("finish", resolve);
    parser.on("error", () => reject(new ProblemError({ status: 400, detail: "The form is broken or ends too early; send it again." })));
  });
  parsed.catch(failure.reject);
  await Promise.race([feed(request.body, parser).then(async () => await parsed), failure.promise]);
  await Promise.race([Promise.all(work), failure.promise]);
  return form;
}

function parserFor(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, files: MAX_FILES, parts: MAX_FIELDS + MAX_FILES, headerPairs: 20 },
    });
  } catch {
    throw new ProblemError({ status: 400, detail: "The form's Content-Type can't be read: its boundary is missing or broken." });
  }
}

/** Gives the body to the parser piece by piece, each when it has taken the one before. */
async function feed(body: ReadableStream<Uint8Array>, parser: BusboyInstance): Promise<void> {
  const reader = body.getReader({ mode: "byob" });
  for (;;) {
    // A new buffer each time: the parser hands on slices of it.
    const { value, done } = await reader.read(new Uint8Array(READ_BYTES)).catch(() => {
      throw brokenBody();
    });
    if (value && value.byteLength > 0) {
      await new Promise<void>((resolve, reject) => {
        parser.write(Buffer.from(value.buffer, value.byteOffset, value.byteLength), (error) => (error ? reject(error) : resolve()));
      });
    }
    if (done) {
      parser.end();
      return;
    }
  }
}

async function readImage(field: string, file: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file) {
    length += chunk.byteLength;
    if (length > MAX_IMAGE_BYTES) {
      throw invalidFields({ [field]: `must be at most ${MAX_IMAGE_BYTES / 1024 / 1024} MiB` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
