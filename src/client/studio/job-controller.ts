import { transcode, withSegmentIndex } from "../transcode/transcode";
import { TranscodeError } from "../transcode/types";
import { cancelUpload } from "../upload/resumable-upload";
import { transport } from "./api";
import { isFinished, isSameFile, needsSource, resumed, type Job, type Rendition } from "./job";
import { forgetJob, forgetSource, loadJobs, loadSource, saveJob } from "./job-store";
import { sentenceOf, uploadRendition, uploadSource, videoOf, type UploadHooks } from "./job-uploads";
import type { ControllerDeps, JobController, JobView } from "./job-view";
import { withLock } from "./locks";
import { trackProgress, type Progress, type ProgressTracker } from "./progress";
import { createRenditionOutputs } from "./rendition-outputs";

/** Sees one job through: the source's upload, the encodings one at a time, their uploads one at a time. */
export function createJobController(initial: Job, deps: ControllerDeps): JobController {
  let job = initial;
  let view: Omit<JobView, "job"> = {
    elsewhere: false,
    needsFile: false,
    paused: false,
    finished: false,
    sourceProgress: undefined,
    renditionProgress: new Map(),
  };
  let file: File | undefined;
  const stop = new AbortController();
  let sourceStop = new AbortController();
  const renditionStops = new Map<number, AbortController>();
  const outputs = createRenditionOutputs(job.id);
  const busy = { source: false, encoding: false, uploading: false };
  let end: () => void = () => undefined;

  function show(change: Partial<Omit<JobView, "job">>): void {
    view = { ...view, ...change };
    deps.onChange();
  }

  function change(next: Partial<Job>): void {
    job = { ...job, ...next };
    if (!stop.signal.aborted) {
      void saveJob(job);
    }
    deps.onChange();
  }

  function changeRendition(index: number, next: Partial<Rendition>): void {
    change({ renditions: job.renditions.map((rendition, place) => (place === index ? { ...rendition, ...next } : rendition)) });
  }

  function showRendition(index: number, progress: Progress | undefined): void {
    const renditionProgress = new Map(view.renditionProgress);
    if (progress === undefined) {
      renditionProgress.delete(index);
    } else {
      renditionProgress.set(index, progress);
    }
    show({ renditionProgress });
  }

  function start(given?: File): void {
    file = given;
    show({ elsewhere: given === undefined });
    withLock(`job.${job.id}`, stop.signal, work).catch((error: unknown) => {
      if (!stop.signal.aborted) {
        console.error("The job stopped", error);
      }
    });
  }

  async function work(): Promise<void> {
    if (file === undefined) {
      // Another tab may have gone on with it, or ended it.
      const kept = (await loadJobs()).find((other) => other.id === job.id);
      if (kept === undefined) {
        deps.onGone();
        return;
      }
      job = resumed(kept);
      file = await loadSource(job.id);
    }
    show({ elsewhere: false });
    await new Promise<void>((resolve) => {
      end = resolve;
      stop.signal.addEventListener("abort", () => resolve(), { once: true });
      proceed();
    });
  }

  /** Begins whatever can begin. */
  function proceed(): void {
    if (stop.signal.aborted) {
      return;
    }
    show({ needsFile: file === undefined && needsSource(job) });
    void sendSource();
    void encodeNext();
    void sendNext();
    if (isFinished(job) && !view.finished) {
      show({ finished: true });
      void forgetJob(job.id);
      end();
    } else if (!needsSource(job)) {
      void forgetSource(job.id);
    }
  }

  async function sendSource(): Promise<void> {
    if (busy.source || view.paused || file === undefined || job.source.state !== "waiting") {
      return;
    }
    busy.source = true;
    sourceStop = new AbortController();
    const signal = AbortSignal.any([stop.signal, sourceStop.signal]);
    const progress = trackProgress(job.fileSize, (sourceProgress) => show({ sourceProgress }));
    change({ source: { ...job.source, state: "uploading", error: undefined } });
    try {
      const outcome = await uploadSource(
        job,
        file,
        hooks(signal, progress, (uploadUrl) => change({ source: { ...job.source, uploadUrl } })),
      );
      const video = outcome.ok ? videoOf(outcome.value) : undefined;
      if (outcome.ok && video !== undefined) {
        const uploadUrl = job.source.uploadUrl;
        change({ video, source: { state: "done", uploadUrl: undefined, error: undefined } });
        // Else the same file, chosen again, would give this video again instead of a new one.
        if (uploadUrl !== undefined) {
          void cancelUpload(uploadUrl, transport);
        }
      } else {
        const error = outcome.ok ? "The instance's answer makes no sense." : sentenceOf(outcome.error);
        const keepsUrl = !outcome.ok && outcome.error.reason !== "refused";
        change({ source: { state: "failed", uploadUrl: keepsUrl ? job.source.uploadUrl : undefined, error } });
        if (!keepsUrl) {
          stopEncoding();
        }
      }
    } catch (error) {
      if (signal.aborted) {
        change({ source: { ...job.source, state: "waiting" } });
      } else {
        change({ source: { ...job.source, state: "failed", error: unexpected(error) } });
      }
    } finally {
      busy.source = false;
    }
    proceed();
  }

  async function encodeNext(): Promise<void> {
    const index = job.renditions.findIndex((rendition) => rendition.state === "waiting");
    const rendition = job.renditions[index];
    if (busy.encoding || file === undefined || rendition === undefined || job.source.state === "failed") {
      return;
    }
    busy.encoding = true;
    const signal = stopOf(index);
    try {
      const source = file;
      await withLock("encoder", signal, async () => {
        changeRendition(index, { state: "encoding", error: undefined });
        const progress = trackProgress(1, (state) => showRendition(index, state));
        const { resolution } = rendition.plan;
        const blob = await transcode(
          {
            source,
            sourceName: job.fileName,
            info: job.info,
            plan: rendition.plan,
            engine: rendition.engine,
            outputPath: outputs.path(resolution),
          },
          (share) => progress.at(share),
          signal,
        );
        if (blob !== undefined) {
          outputs.keep(resolution, blob);
        }
      });
      changeRendition(index, { state: "encoded" });
    } catch (error) {
      if (!signal.aborted) {
        await failEncoding(index, rendition, error);
      }
    } finally {
      busy.encoding = false;
      showRendition(index, undefined);
    }
    proceed();
  }

  /** What the instance refused needs no renditions. */
  function stopEncoding(): void {
    for (const [index, rendition] of job.renditions.entries()) {
      if (rendition.state === "encoding") {
        renditionStops.get(index)?.abort();
        changeRendition(index, { state: "waiting" });
      }
    }
  }

  async function failEncoding(index: number, rendition: Rendition, error: unknown): Promise<void> {
    // A part of it could pass for the whole.
    await outputs.remove(rendition.plan.resolution);
    const reason = error instanceof TranscodeError ? error.reason : "failed";
    const isSourcesFault = reason === "unreadable" || reason === "no-space";
    if (job.forcedEngine === undefined && !rendition.fellBack && !isSourcesFault) {
      console.warn("Trying again with the other engine", error);
      changeRendition(index, { state: "waiting", engine: rendition.engine === "ffmpeg" ? "webcodecs" : "ffmpeg", fellBack: true });
    } else {
      changeRendition(index, { state: "failed", error: unexpected(error) });
    }
  }

  async function sendNext(): Promise<void> {
    const index = job.renditions.findIndex((rendition) => rendition.state === "encoded");
    const rendition = job.renditions[index];
    if (busy.uploading || rendition === undefined || job.video === undefined) {
      return;
    }
    busy.uploading = true;
    const signal = stopOf(index);
    try {
      const content = await outputs.read(rendition.plan.resolution);
      if (content === undefined) {
        changeRendition(index, { state: "waiting", uploadUrl: undefined });
      } else {
        await sendRendition(index, rendition, job.video.uuid, await withSegmentIndex(content), signal);
      }
    } catch (error) {
      if (!signal.aborted) {
        // What has no index won't get one by another try: it is made anew.
        await outputs.remove(rendition.plan.resolution);
        changeRendition(index, { state: "failed", error: unexpected(error) });
      }
    } finally {
      busy.uploading = false;
      showRendition(index, undefined);
    }
    proceed();
  }

  async function sendRendition(index: number, rendition: Rendition, videoUuid: string, content: Blob, signal: AbortSignal): Promise<void> {
    changeRendition(index, { state: "uploading", error: undefined });
    const progress = trackProgress(content.size, (state) => showRendition(index, state));
    const outcome = await uploadRendition(
      job,
      videoUuid,
      rendition,
      content,
      hooks(signal, progress, (uploadUrl) => changeRendition(index, { uploadUrl })),
    );
    if (outcome.ok) {
      changeRendition(index, { state: "done", uploadUrl: undefined });
      await outputs.remove(rendition.plan.resolution);
    } else {
      changeRendition(index, { state: "failed", error: sentenceOf(outcome.error), uploadUrl: undefined });
    }
  }

  function hooks(signal: AbortSignal, progress: ProgressTracker, onOpened: (url: string) => void): UploadHooks {
    return { maxChunkBytes: deps.limits.maxChunkBytes, signal, onOpened, onProgress: progress.at, onTrouble: progress.trouble };
  }

  function stopOf(index: number): AbortSignal {
    const controller = new AbortController();
    renditionStops.set(index, controller);
    return AbortSignal.any([stop.signal, controller.signal]);
  }

  async function forgetUpload(url: string | undefined): Promise<void> {
    if (url !== undefined) {
      await cancelUpload(url, transport);
    }
  }

  return {
    view: () => ({ job, ...view }),
    start,
    provideFile(chosen) {
      if (!isSameFile(job, chosen)) {
        return false;
      }
      file = chosen;
      proceed();
      return true;
    },
    pause() {
      show({ paused: true });
      sourceStop.abort();
    },
    resume() {
      show({ paused: false });
      proceed();
    },
    retrySource() {
      change({ source: { ...job.source, state: "waiting", error: undefined } });
      proceed();
    },
    cancelRendition(index) {
      const rendition = job.renditions[index];
      renditionStops.get(index)?.abort();
      changeRendition(index, { state: "cancelled", uploadUrl: undefined });
      void forgetUpload(rendition?.uploadUrl).then(() => outputs.remove(rendition?.plan.resolution ?? 0));
      proceed();
    },
    retryRendition(index) {
      // Made again only where that was what failed.
      void outputs.read(job.renditions[index]?.plan.resolution ?? 0).then((made) => {
        changeRendition(index, { state: made === undefined ? "waiting" : "encoded", error: undefined });
        proceed();
      });
    },
    async discard() {
      stop.abort();
      const urls = [job.video === undefined ? job.source.uploadUrl : undefined, ...job.renditions.map((rendition) => rendition.uploadUrl)];
      await Promise.all(urls.map(forgetUpload));
      await forgetJob(job.id);
    },
  };
}

function unexpected(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
