import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Video } from "../../contract/video";
import { Dialog } from "./dialog";
import { deleteVideo } from "./my-videos-api";

/** Asks before a video is deleted, and deletes it. `onClose` is told whether it was. */
export function DeleteDialog({ video, onClose }: { video: Video; onClose: (changed: boolean) => void }): VNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");

  async function remove(): Promise<void> {
    setBusy(true);
    try {
      await deleteVideo(video.uuid);
      onClose(true);
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
      setBusy(false);
    }
  }

  return (
    <Dialog titleId="delete-title" onCancel={() => onClose(false)}>
      <h2 id="delete-title">Delete this video?</h2>
      <p>
        <strong dir="auto">{video.name}</strong> and its files will be removed for good. This can’t be undone.
      </p>
      <p class="form-error" role="alert">
        {error}
      </p>
      <p class="button-row">
        <button class="button" type="button" autofocus disabled={busy} onClick={() => onClose(false)}>
          Keep it
        </button>
        <button class="button button-danger" type="button" disabled={busy} onClick={() => void remove()}>
          {busy ? "Deleting…" : "Delete"}
        </button>
      </p>
    </Dialog>
  );
}
