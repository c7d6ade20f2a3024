import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CurrentUser } from "../session/session";
import type { Engine } from "../transcode/types";
import { loadChoices, loadLimits, loadUser, type Choice, type InstanceLimits } from "./api";
import { EditVideo } from "./edit-video";
import { JobList } from "./job-list";
import { createJobs, type Jobs } from "./jobs";
import { NewVideo } from "./new-video";

export interface StudioContext {
  user: CurrentUser;
  limits: InstanceLimits;
  categories: Choice[];
  licences: Choice[];
  languages: Choice[];
  forcedEngine: Engine | undefined;
}

type Phase = { is: "loading" } | { is: "signed-out" } | { is: "error"; message: string } | { is: "ready"; context: StudioContext };

/** The studio: uploads under way, and a new one; with `videoId` the form of a video that exists. */
export function StudioApp({ forcedEngine, videoId }: { forcedEngine: Engine | undefined; videoId: string | undefined }): VNode {
  const [phase, setPhase] = useState<Phase>({ is: "loading" });
  const load = () => {
    setPhase({ is: "loading" });
    loadContext(forcedEngine)
      .then((context) => setPhase(context === undefined ? { is: "signed-out" } : { is: "ready", context }))
      .catch((error: unknown) => setPhase({ is: "error", message: error instanceof Error ? error.message : String(error) }));
  };
  useEffect(load, []);

  if (phase.is === "loading") {
    return <p class="studio-loading">Loading …</p>;
  }
  if (phase.is === "signed-out") {
    return (
      <div class="empty">
        <h1>Upload a video</h1>
        <p>Sign in to upload videos to your channels.</p>
        <a class="button button-primary" href={`/login?next=${encodeURIComponent(location.pathname + location.search)}`}>
          Sign in
        </a>
      </div>
    );
  }
  if (phase.is === "error") {
    return (
      <div class="empty" role="alert">
        <h1>The studio couldn’t be opened</h1>
        <p>{phase.message}</p>
        <button class="button button-primary" type="button" onClick={load}>
          Try again
        </button>
      </div>
    );
  }
  return videoId === undefined ? <Studio context={phase.context} /> : <EditVideo context={phase.context} videoId={videoId} />;
}

async function loadContext(forcedEngine: Engine | undefined): Promise<StudioContext | undefined> {
  const user = await loadUser();
  if (user === undefined) {
    return undefined;
  }
  const [limits, categories, licences, languages] = await Promise.all([
    loadLimits(),
    loadChoices("categories"),
    loadChoices("licences"),
    loadChoices("languages"),
  ]);
  return { user, limits, categories, licences, languages, forcedEngine };
}

function Studio({ context }: { context: StudioContext }): VNode {
  const [, redraw] = useState(0);
  const [jobs] = useState<Jobs>(() => createJobs(context.user.id, context.limits, () => redraw((count) => count + 1)));
  useEffect(() => void jobs.takeUp(), []);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (jobs.areAtWork()) {
        event.preventDefault();
      }
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);

  return (
    <div class="studio">
      <h1>Upload a video</h1>
      <JobList controllers={jobs.list()} onDismiss={jobs.dismiss} />
      <NewVideo context={context} onSubmit={jobs.add} hasJobs={jobs.list().length > 0} />
    </div>
  );
}
