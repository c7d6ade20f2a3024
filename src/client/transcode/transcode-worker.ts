import { openOutputFile, type OutputFile } from "./output-file";
import { TranscodeError, type TranscodeFailure, type TranscodeMessage, type TranscodeTask } from "./types";

// The worker makes one rendition and is ended then, or before, to cancel it.

const PROGRESS_INTERVAL_MS = 200;

function tell(message: TranscodeMessage): void {
  postMessage(message);
}

function createProgressTeller(): (progress: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last >= PROGRESS_INTERVAL_MS) {
      last = now;
      tell({ type: "progress", progress });
    }
  };
}

async function run(task: TranscodeTask): Promise<void> {
  const { source, info, plan } = task;
  const onProgress = createProgressTeller();
  let file: OutputFile | undefined;
  try {
    file = await openOutputFile(task.outputPath);
    if (task.engine === "ffmpeg") {
      const { transcodeWithFfmpeg } = await import("./ffmpeg");
      await transcodeWithFfmpeg(source, task.sourceName, info, plan, file, onProgress);
    } else {
      const { transcodeWithWebCodecs } = await import("./webcodecs");
      await transcodeWithWebCodecs(source, info, plan, file, onProgress);
    }
    tell({ type: "done", blob: file.close() });
  } catch (error) {
    file?.close();
    console.warn("The transcoding failed", error);
    tell({ type: "failed", failure: failureOf(error) });
  }
}

function failureOf(error: unknown): TranscodeFailure {
  if (error instanceof TranscodeError) {
    return { reason: error.reason, detail: error.message };
  }
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof DOMException && error.name === "QuotaExceededError") {
    return { reason: "no-space", detail };
  }
  if (error instanceof DOMException && (error.name === "NotReadableError" || error.name === "NotFoundError")) {
    return { reason: "unreadable", detail };
  }
  if (error instanceof DOMException && (error.name === "NotSupportedError" || error.name === "EncodingError")) {
    return { reason: "unsupported", detail };
  }
  return { reason: "failed", detail };
}

addEventListener("message", (event: MessageEvent<TranscodeTask>) => void run(event.data), { once: true });
