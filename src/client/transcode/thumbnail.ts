import { CanvasSink, type Input } from "mediabunny";
import { openInput } from "./probe";

const MAX_THUMBNAIL_WIDTH = 1280;
const MAX_THUMBNAIL_HEIGHT = 1280;
const JPEG_QUALITY = 0.85;

/** Frames of a file, drawn upright; what `<video>` can't play is drawn too as long as a decoder has it. */
export interface FramePicker {
  /** The frame shown at `seconds`, as JPEG of at most 1280 pixels a side; undefined where there is none. */
  frameAt(seconds: number): Promise<Blob | undefined>;
  close(): void;
}

/** Opens a file for its frames; undefined where its picture can't be decoded here. */
export async function createFramePicker(file: Blob): Promise<FramePicker | undefined> {
  const input: Input = openInput(file);
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null || typeof VideoDecoder === "undefined" || !(await track.canDecode())) {
      input.dispose();
      return undefined;
    }
    const [width, height] = [await track.getDisplayWidth(), await track.getDisplayHeight()];
    const scale = Math.min(1, MAX_THUMBNAIL_WIDTH / width, MAX_THUMBNAIL_HEIGHT / height);
    const start = await track.getFirstTimestamp();
    const sink = new CanvasSink(track, { width: Math.round(width * scale), height: Math.round(height * scale), fit: "fill", poolSize: 1 });
    return {
      async frameAt(seconds) {
        const wrapped = await sink.getCanvas(start + Math.max(0, seconds));
        return wrapped === null ? undefined : await toJpeg(wrapped.canvas);
      },
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

async function toJpeg(canvas: HTMLCanvasElement | OffscreenCanvas): Promise<Blob | undefined> {
  if (canvas instanceof OffscreenCanvas) {
    return await canvas.convertToBlob({ type: "image/jpeg", quality: JPEG_QUALITY });
  }
  return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/jpeg", JPEG_QUALITY));
}

/** An image that the user chose, as JPEG of at most 1280 pixels a side; undefined where it is no image. */
export async function imageToThumbnail(file: Blob): Promise<Blob | undefined> {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, MAX_THUMBNAIL_WIDTH / bitmap.width, MAX_THUMBNAIL_HEIGHT / bitmap.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext("2d");
    if (context !== null) {
      // JPEG knows no transparency.
      context.fillStyle = "#fff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    }
    bitmap.close();
    return await toJpeg(canvas);
  } catch {
    return undefined;
  }
}
