import type { VNode } from "preact";
import { JobCard } from "./job-card";
import type { JobController } from "./job-view";

export function JobList({
  controllers,
  onDismiss,
}: {
  controllers: readonly JobController[];
  onDismiss: (controller: JobController) => void;
}): VNode | null {
  if (controllers.length === 0) {
    return null;
  }
  return (
    <section class="studio-jobs" aria-label="Your uploads">
      {controllers.map((controller) => (
        <JobCard key={controller.view().job.id} controller={controller} onDismiss={() => onDismiss(controller)} />
      ))}
    </section>
  );
}
