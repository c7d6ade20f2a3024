import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ListResponse, Video } from "../../contract/video";
import { paths } from "../../protocol/paths";
import { DeleteDialog } from "./delete-dialog";
import { EditDialog } from "./edit-dialog";
import { loadMyVideos, PAGE_SIZE } from "./my-videos-api";

type Shown = { video: Video; dialog: "edit" | "delete" } | undefined;

/** The user's own videos of every privacy, to open, edit and delete. */
export function MyVideos(): VNode {
  const [page, setPage] = useState(1);
  const [list, setList] = useState<ListResponse<Video>>();
  const [error, setError] = useState<string>();
  const [shown, setShown] = useState<Shown>();

  async function load(): Promise<void> {
    try {
      setError(undefined);
      setList(await loadMyVideos(page));
    } catch (caught) {
      setError(caught instanceof Error ? caught.message : String(caught));
    }
  }
  useEffect(() => void load(), [page]);

  function close(changed: boolean): void {
    setShown(undefined);
    if (changed) {
      void load();
    }
  }

  const pages = Math.max(1, Math.ceil((list?.total ?? 0) / PAGE_SIZE));
  return (
    <>
      <h1 class="page-title">My videos</h1>
      {error !== undefined && (
        <p class="notice notice-error" role="alert">
          {error}{" "}
          <button class="button" type="button" onClick={() => void load()}>
            Try again
          </button>
        </p>
      )}
      {list === undefined && error === undefined && <p role="status">Loading…</p>}
      {list?.data.length === 0 && (
        <div class="empty">
          <h2>No videos yet</h2>
          <p>Choose a clip, and your browser prepares and uploads it.</p>
          <a class="button button-primary" href="/studio">
            Upload a video
          </a>
        </div>
      )}
      <ul class="own-videos">
        {list?.data.map((video) => (
          <Row
            key={video.uuid}
            video={video}
            onEdit={() => setShown({ video, dialog: "edit" })}
            onDelete={() => setShown({ video, dialog: "delete" })}
          />
        ))}
      </ul>
      {pages > 1 && (
        <nav class="pagination" aria-label="Pages">
          <button class="button" type="button" disabled={page === 1} onClick={() => setPage(page - 1)}>
            ← Newer
          </button>
          <span>
            Page {page} of {pages}
          </span>
          <button class="button" type="button" disabled={page >= pages} onClick={() => setPage(page + 1)}>
            Older →
          </button>
        </nav>
      )}
      {shown?.dialog === "edit" && <EditDialog video={shown.video} onClose={close} />}
      {shown?.dialog === "delete" && <DeleteDialog video={shown.video} onClose={close} />}
    </>
  );
}

function Row({ video, onEdit, onDelete }: { video: Video; onEdit: () => void; onDelete: () => void }): VNode {
  return (
    <li class="panel own-video">
      <a class="own-video-picture" href={paths.watch(video.uuid)} tabIndex={-1} aria-hidden="true">
        {video.thumbnailPath !== null && <img src={video.thumbnailPath} alt="" loading="lazy" />}
      </a>
      <div class="own-video-text">
        <a class="own-video-name" href={paths.watch(video.uuid)} dir="auto">
          {video.name}
        </a>
        <p class="card-line">
          {video.privacy.label} · {video.views === 1 ? "1 view" : `${video.views} views`} ·{" "}
          <time dateTime={video.createdAt}>{new Date(video.createdAt).toLocaleDateString("en", { dateStyle: "medium" })}</time>
        </p>
      </div>
      <div class="button-row">
        <button class="button" type="button" onClick={onEdit}>
          Edit<span class="visually-hidden"> {video.name}</span>
        </button>
        <button class="button button-danger" type="button" onClick={onDelete}>
          Delete<span class="visually-hidden"> {video.name}</span>
        </button>
      </div>
    </li>
  );
}
