import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { VideoDetails } from "../../contract/video";
import { paths } from "../../protocol/paths";
import { loadVideo, saveVideo } from "./api";
import { DetailsForm } from "./details-form";
import type { VideoDetailsInput } from "./job";
import type { StudioContext } from "./studio-app";
import { detailsForm } from "./validate";

type Phase = { is: "loading" } | { is: "error"; message: string } | { is: "ready"; video: VideoDetails };

/** The form of a video that exists. */
export function EditVideo({ context, videoId }: { context: StudioContext; videoId: string }): VNode {
  const [phase, setPhase] = useState<Phase>({ is: "loading" });
  const [outcome, setOutcome] = useState<"" | "saving" | "saved">("");
  const [error, setError] = useState<string>();
  const [thumbnail, setThumbnail] = useState<Blob>();

  useEffect(() => {
    loadVideo(videoId)
      .then((loaded) => setPhase(loaded.ok ? { is: "ready", video: loaded.value } : { is: "error", message: loaded.detail }))
      .catch(() => setPhase({ is: "error", message: "The instance can’t be reached. Check your connection and try again." }));
  }, [videoId]);

  if (phase.is === "loading") {
    return <p class="studio-loading">Loading …</p>;
  }
  if (phase.is === "error") {
    return (
      <div class="empty" role="alert">
        <h1>This video can’t be edited</h1>
        <p>{phase.message}</p>
        <a class="button" href="/my/videos">
          My videos
        </a>
      </div>
    );
  }
  const { video } = phase;
  const save = async (details: VideoDetailsInput) => {
    setOutcome("saving");
    setError(undefined);
    const form = detailsForm(details, thumbnail);
    // What was emptied is told too.
    for (const field of ["description", "category", "licence", "language"]) {
      if (!form.has(field)) {
        form.set(field, "");
      }
    }
    const problem = await saveVideo(videoId, form).catch(() => "The instance can’t be reached. Check your connection and try again.");
    setError(problem);
    setOutcome(problem === undefined ? "saved" : "");
  };
  return (
    <div class="studio">
      <h1>Edit {video.name}</h1>
      <section class="panel studio-new">
        <DetailsForm
          context={context}
          initial={{
            name: video.name,
            channelId: video.channel.id,
            privacy: video.privacy.id,
            description: video.description ?? "",
            category: video.category.id ?? undefined,
            licence: video.licence.id ?? undefined,
            language: video.language.id ?? undefined,
            tags: video.tags,
            nsfw: video.nsfw,
          }}
          submitLabel="Save"
          isBusy={outcome === "saving"}
          error={error}
          onSubmit={(details) => void save(details)}
        >
          <ImageField onImage={setThumbnail} />
        </DetailsForm>
        <p role="status">
          {outcome === "saved" && (
            <>
              Saved. <a href={paths.watch(video.uuid)}>Watch it</a>
            </>
          )}
        </p>
      </section>
    </div>
  );
}

function ImageField({ onImage }: { onImage: (image: Blob | undefined) => void }): VNode {
  const [error, setError] = useState<string>();
  const take = async (file: File | undefined) => {
    const { imageToThumbnail } = await import("../transcode/thumbnail");
    const image = file === undefined ? undefined : await imageToThumbnail(file);
    setError(file !== undefined && image === undefined ? `«${file.name}» isn’t an image this browser can read.` : undefined);
    onImage(image);
  };
  return (
    <div class="field">
      <label for="studio-thumbnail-file">Another thumbnail</label>
      <input id="studio-thumbnail-file" type="file" accept="image/*" onChange={(event) => void take(event.currentTarget.files?.[0])} />
      <p class="form-error" role="alert">
        {error}
      </p>
    </div>
  );
}
