import { planRenditions } from "../transcode/plan";
import { chooseEngine } from "../transcode/transcode";
import type { Engine, SourceInfo } from "../transcode/types";
import type { InstanceLimits } from "./api";
import { isAtWork, newJobId, type Job, type VideoDetailsInput } from "./job";
import { createJobController } from "./job-controller";
import type { JobController } from "./job-view";
import { keepSource, loadJobs, removeOrphans, saveJob } from "./job-store";

export interface NewJob {
  file: File;
  info: SourceInfo;
  details: VideoDetailsInput;
  thumbnail: Blob | undefined;
  forcedEngine: Engine | undefined;
}

/** All jobs of the signed-in user that this page shows. */
export interface Jobs {
  list(): readonly JobController[];
  /** Goes on with what this browser kept of earlier pages. */
  takeUp(): Promise<void>;
  add: (job: NewJob) => void;
  /** Takes a finished or discarded one off the page. */
  dismiss: (controller: JobController) => void;
  areAtWork(): boolean;
}

const REDRAW_INTERVAL_MS = 100;

export function createJobs(userId: number, limits: InstanceLimits, redraw: () => void): Jobs {
  let controllers: JobController[] = [];
  let pending: ReturnType<typeof setTimeout> | undefined;

  // Progress comes more often than anyone can see.
  function onChange(): void {
    pending ??= setTimeout(() => {
      pending = undefined;
      redraw();
    }, REDRAW_INTERVAL_MS);
  }

  function control(job: Job): JobController {
    const controller: JobController = createJobController(job, { limits, onChange, onGone: () => dismiss(controller) });
    controllers = [...controllers, controller];
    return controller;
  }

  function dismiss(controller: JobController): void {
    controllers = controllers.filter((other) => other !== controller);
    onChange();
  }

  return {
    list: () => controllers,
    async takeUp() {
      const kept = await loadJobs();
      await removeOrphans(new Set(kept.map((job) => job.id)));
      for (const job of kept.filter((other) => other.userId === userId)) {
        control(job).start();
      }
      onChange();
    },
    add({ file, info, details, thumbnail, forcedEngine }) {
      const job: Job = {
        id: newJobId(),
        userId,
        createdAt: Date.now(),
        fileName: file.name,
        fileSize: file.size,
        fileModified: file.lastModified,
        fileType: info.mimeType.split(";")[0] ?? file.type,
        info,
        details,
        thumbnail,
        forcedEngine,
        source: { state: "waiting", uploadUrl: undefined, error: undefined },
        video: undefined,
        renditions: planRenditions(info, limits.enabledResolutions).map((plan) => ({
          plan,
          state: "waiting",
          engine: chooseEngine(info, plan, forcedEngine),
          fellBack: false,
          error: undefined,
          uploadUrl: undefined,
        })),
      };
      // The record first: what is kept without one is taken for an orphan.
      void saveJob(job).then((kept) => {
        if (kept) {
          void keepSource(job.id, file);
        }
        control(job).start(file);
        onChange();
      });
    },
    dismiss,
    areAtWork: () => controllers.some((controller) => !controller.view().elsewhere && isAtWork(controller.view().job)),
  };
}
