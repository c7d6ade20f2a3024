import type { InstanceLimits } from "./api";
import type { Job } from "./job";
import type { Progress } from "./progress";

/** A job as the page shows it. */
export interface JobView {
  job: Job;
  /** Another tab of this browser works on it; this one takes over when that is closed. */
  elsewhere: boolean;
  /** The browser didn't keep the file: the user has to choose it again. */
  needsFile: boolean;
  paused: boolean;
  finished: boolean;
  sourceProgress: Progress | undefined;
  /** By the rendition's place in `job.renditions`. */
  renditionProgress: ReadonlyMap<number, Progress>;
}

export interface JobController {
  view(): JobView;
  /** Works on it until it is finished or discarded. `file`: the source, where it is at hand. */
  start(file?: File): void;
  /** Takes the file that the user chose again; false where it is another one. */
  provideFile(file: File): boolean;
  pause: () => void;
  resume: () => void;
  retrySource: () => void;
  cancelRendition(index: number): void;
  retryRendition(index: number): void;
  /** Stops everything and removes what is kept here and what is half uploaded; a published video stays. */
  discard(): Promise<void>;
}

export interface ControllerDeps {
  limits: InstanceLimits;
  onChange: () => void;
  /** It isn't there any more: another tab finished or discarded it. */
  onGone: () => void;
}
