import { planSidx } from "../../protocol/media/sidx";
import { TranscodeError, type Engine, type RenditionPlan, type SourceInfo, type TranscodeMessage, type TranscodeTask } from "./types";

/** Which engine makes a rendition; a forced one stays. */
export function chooseEngine(info: SourceInfo, plan: RenditionPlan, forced: Engine | undefined): Engine {
  if (forced !== undefined) {
    return forced;
  }
  // mediabunny writes the reordered pictures of a copied stream with negative offsets and no edit list, which Chromium's
  // <video> takes for a delay of some frames: with sound they'd be out of step. ffmpeg copies as quickly.
  const isCopyWithSound = plan.mode === "copy" && info.audio !== undefined;
  return info.undecodable !== undefined || isCopyWithSound ? "ffmpeg" : "webcodecs";
}

/**
 * Makes one rendition in a worker of its own. Resolves with the content where it isn't written to `task.outputPath`.
 * Rejects with a `TranscodeError`, or with the signal's reason on abort (the worker is ended; what it wrote stays).
 */
export function transcode(task: TranscodeTask, onProgress: (progress: number) => void, signal: AbortSignal): Promise<Blob | undefined> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const worker = new Worker(new URL("./transcode-worker.ts", import.meta.url), { type: "module", name: "transcode" });
    const finish = (settle: () => void) => {
      signal.removeEventListener("abort", onAbort);
      worker.terminate();
      settle();
    };
    const onAbort = () => finish(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort, { once: true });
    worker.addEventListener("message", ({ data }: MessageEvent<TranscodeMessage>) => {
      if (data.type === "progress") {
        onProgress(data.progress);
      } else if (data.type === "done") {
        finish(() => resolve(data.blob));
      } else {
        finish(() => reject(new TranscodeError(data.failure.reason, data.failure.detail)));
      }
    });
    worker.addEventListener("error", (event) =>
      finish(() => reject(new TranscodeError("failed", event.message || "The converter stopped unexpectedly."))),
    );
    worker.postMessage(task);
  });
}

/**
 * The fragmented MP4 with a segment index in front of its first fragment, as slices of the old content: nothing is
 * copied. Rejects with a `TranscodeError` where it isn't such a file.
 */
export async function withSegmentIndex(content: Blob): Promise<Blob> {
  const plan = await planSidx(async (start, end) => new Uint8Array(await content.slice(start, end).arrayBuffer()), content.size);
  if (!plan.ok) {
    throw new TranscodeError("failed", `The converted file has no index (${plan.error.reason}).`);
  }
  const { insertAt, sidx, end } = plan.value;
  return new Blob([content.slice(0, insertAt), sidx, content.slice(insertAt, end)], { type: "video/mp4" });
}
