import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { paths } from "../../protocol/paths";
import { formatBytes, formatRemaining } from "./format";
import type { Job, Rendition } from "./job";
import type { JobController, JobView } from "./job-view";
import type { Progress } from "./progress";
import { ProgressRow } from "./progress-row";

/** One video on its way: its upload, its renditions, and what the user can do about them. */
export function JobCard({ controller, onDismiss }: { controller: JobController; onDismiss: () => void }): VNode {
  const view = controller.view();
  const { job } = view;
  return (
    <article class="panel studio-job" data-job={job.id} data-finished={view.finished} aria-label={job.details.name}>
      <header class="studio-job-head">
        <h2>{job.details.name}</h2>
        <JobButton controller={controller} view={view} onDismiss={onDismiss} />
      </header>
      <p class="studio-job-state" role="status">
        {stateSentence(view)}{" "}
        {job.video !== undefined && (
          <a class="studio-watch" href={paths.watch(job.video.uuid)}>
            Watch it
          </a>
        )}
      </p>
      {view.needsFile && <FileAgain controller={controller} job={job} />}
      {!view.elsewhere && (
        <ul class="studio-rows">
          <SourceRow controller={controller} view={view} />
          {job.renditions.map((rendition, index) => (
            <RenditionRow
              key={rendition.plan.resolution}
              rendition={rendition}
              progress={view.renditionProgress.get(index)}
              isPublished={job.video !== undefined}
              isFinished={view.finished}
              onCancel={() => controller.cancelRendition(index)}
              onRetry={() => controller.retryRendition(index)}
            />
          ))}
        </ul>
      )}
    </article>
  );
}

function stateSentence({ job, elsewhere, finished, needsFile, paused }: JobView): string {
  if (elsewhere) {
    return "Another tab works on this one.";
  }
  if (job.source.state === "failed") {
    return "The upload stopped.";
  }
  if (finished) {
    return "All done: it’s published.";
  }
  if (needsFile) {
    return "This browser didn’t keep the file.";
  }
  if (job.source.state === "done") {
    return job.renditions.some((rendition) => rendition.state === "failed")
      ? "It’s published. Not every version could be made."
      : "It’s published. Smaller versions are on their way; keep this page open.";
  }
  return paused ? "Paused." : "Uploading. Keep this page open; after a reload it goes on where it stopped.";
}

function JobButton({ controller, view, onDismiss }: { controller: JobController; view: JobView; onDismiss: () => void }): VNode | null {
  if (view.elsewhere) {
    return null;
  }
  if (view.finished) {
    return (
      <button class="button" type="button" onClick={onDismiss}>
        Close
      </button>
    );
  }
  const published = view.job.video !== undefined;
  const question = published
    ? "Stop making the smaller versions? The video stays as it is."
    : "Cancel this upload? What was sent so far is removed.";
  const discard = () => {
    if (confirm(question)) {
      void controller.discard();
      onDismiss();
    }
  };
  return (
    <button class="button button-danger" type="button" data-action="discard" onClick={discard}>
      {published ? "Stop here" : "Cancel"}
    </button>
  );
}

function SourceRow({ controller, view }: { controller: JobController; view: JobView }): VNode {
  const { job, sourceProgress, paused } = view;
  const { state, error } = job.source;
  const size = formatBytes(job.fileSize);
  const share = state === "done" ? 1 : (sourceProgress?.done ?? 0) / job.fileSize;
  return (
    <ProgressRow
      id="source"
      state={paused && state === "waiting" ? "paused" : state}
      label="Your file"
      share={share}
      showsBar={state === "uploading" || state === "waiting"}
      detail={state === "done" ? `Done · ${size}` : transferDetail(sourceProgress, job.fileSize)}
      error={error}
      actions={[
        ...(state === "uploading" ? [{ label: "Pause", run: controller.pause }] : []),
        ...(paused && state === "waiting" ? [{ label: "Resume", run: controller.resume }] : []),
        ...(state === "failed" ? [{ label: "Try again", run: controller.retrySource }] : []),
      ]}
    />
  );
}

function transferDetail(progress: Progress | undefined, total: number): string {
  if (progress === undefined) {
    return formatBytes(total);
  }
  if (progress.trouble !== undefined) {
    return progress.trouble;
  }
  const rate = progress.rate === undefined ? "" : `${formatBytes(progress.rate)}/s`;
  return [`${formatBytes(progress.done)} of ${formatBytes(total)}`, rate, formatRemaining(progress.remainingSeconds)]
    .filter((part) => part !== "")
    .join(" · ");
}

interface RenditionRowProps {
  rendition: Rendition;
  progress: Progress | undefined;
  isPublished: boolean;
  isFinished: boolean;
  onCancel: () => void;
  onRetry: () => void;
}

function RenditionRow({ rendition, progress, isPublished, isFinished, onCancel, onRetry }: RenditionRowProps): VNode {
  const { plan, state, engine } = rendition;
  const isOpen = state === "waiting" || state === "encoding" || state === "encoded" || state === "uploading";
  const details: Record<Rendition["state"], string> = {
    waiting: "Waiting",
    encoding: [
      plan.mode === "copy" ? "Repacking" : engine === "ffmpeg" ? "Converting (slowly: this browser can’t do it by itself)" : "Converting",
      progress === undefined ? "" : `${Math.floor(progress.done * 100)} %`,
      formatRemaining(progress?.remainingSeconds),
    ]
      .filter((part) => part !== "")
      .join(" · "),
    encoded: isPublished ? "Waiting to be sent" : "Ready; it’s sent after your file",
    uploading: progress === undefined ? "Sending" : `Sending · ${transferDetail(progress, progress.total)}`,
    done: "Done",
    failed: "",
    cancelled: "Left out",
  };
  return (
    <ProgressRow
      id={String(plan.resolution)}
      state={state}
      label={`${plan.resolution}p`}
      share={state === "done" || state === "encoded" ? 1 : progress === undefined ? 0 : progress.done / progress.total}
      showsBar={isOpen}
      detail={details[state]}
      error={state === "failed" ? rendition.error : undefined}
      actions={[
        ...(isOpen ? [{ label: "Cancel", run: onCancel }] : []),
        ...(state === "failed"
          ? [
              { label: "Try again", run: onRetry },
              { label: "Leave out", run: onCancel },
            ]
          : []),
        ...(state === "cancelled" && !isFinished ? [{ label: "Make it", run: onRetry }] : []),
      ]}
    />
  );
}

function FileAgain({ controller, job }: { controller: JobController; job: Job }): VNode {
  const [error, setError] = useState<string>();
  return (
    <div class="notice studio-again">
      <label class="field">
        To go on, choose the same file again: {job.fileName} ({formatBytes(job.fileSize)})
        <input
          type="file"
          data-action="file-again"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file !== undefined && !controller.provideFile(file)) {
              setError("That is another file, or it was changed since. Choose the same one, or cancel this upload and begin anew.");
            }
          }}
        />
      </label>
      <p class="form-error" role="alert">
        {error}
      </p>
    </div>
  );
}
