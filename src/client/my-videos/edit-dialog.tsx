import type { TargetedSubmitEvent, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Video } from "../../contract/video";
import { VIDEO_PRIVACIES } from "../../contract/video-constants";
import { formText } from "../page/form-text";
import { Dialog } from "./dialog";
import { changeVideo, loadDescription } from "./my-videos-api";

/** Changes a video's title, description and privacy. `onClose` is told whether it did. */
export function EditDialog({ video, onClose }: { video: Video; onClose: (changed: boolean) => void }): VNode {
  const [description, setDescription] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");

  function fail(caught: unknown): void {
    setError(caught instanceof Error ? caught.message : String(caught));
    setBusy(false);
  }
  useEffect(() => void loadDescription(video.uuid).then(setDescription, fail), [video.uuid]);

  async function save(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError("");
    try {
      await changeVideo(video.uuid, {
        name: formText(fields, "name"),
        description: formText(fields, "description"),
        privacy: Number(fields.get("privacy")),
      });
      onClose(true);
    } catch (caught) {
      fail(caught);
    }
  }

  return (
    <Dialog titleId="edit-title" onCancel={() => onClose(false)}>
      <form class="form" onSubmit={(event) => void save(event)}>
        <h2 id="edit-title">Edit video</h2>
        <label class="field">
          <span>Title</span>
          <input name="name" defaultValue={video.name} minLength={3} maxLength={120} required dir="auto" />
        </label>
        <label class="field">
          <span>Description</span>
          <textarea
            name="description"
            rows={6}
            maxLength={10_000}
            dir="auto"
            key={String(description === undefined)}
            disabled={description === undefined}
            defaultValue={description ?? ""}
          />
        </label>
        <label class="field">
          <span>Who may watch</span>
          <select name="privacy">
            {Object.entries(VIDEO_PRIVACIES).map(([id, label]) => (
              <option value={id} selected={id === String(video.privacy.id)}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p class="form-error" role="alert">
          {error}
        </p>
        <p class="button-row">
          <button class="button" type="button" disabled={busy} onClick={() => onClose(false)}>
            Cancel
          </button>
          <button class="button button-primary" type="submit" disabled={busy || description === undefined}>
            {busy ? "Saving…" : "Save"}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
