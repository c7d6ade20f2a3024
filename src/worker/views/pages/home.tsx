import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import type { ListResponse, Video } from "../../../contract/video";
import { Pagination } from "../components/pagination";
import { VideoGrid } from "../components/video-card";
import { InstanceContext, Page } from "../page";

export interface HomePageProps {
  list: ListResponse<Video>;
  page: number;
  publicUrl: string;
  nowMs: number;
}

export function HomePage({ list, page, publicUrl, nowMs }: HomePageProps): VNode {
  return (
    <Page
      title={page === 1 ? undefined : `Page ${page}`}
      description={useContext(InstanceContext).shortDescription}
      canonicalUrl={page === 1 ? `${publicUrl}/` : `${publicUrl}/?page=${page}`}
      head={<meta property="og:type" content="website" />}
    >
      <h1 class="page-title">Newest videos</h1>
      {list.data.length > 0 ? <VideoGrid videos={list.data} nowMs={nowMs} /> : <NoVideos page={page} />}
      <Pagination page={page} total={list.total} path="/" />
    </Page>
  );
}

function NoVideos({ page }: { page: number }): VNode {
  if (page > 1) {
    return (
      <div class="empty">
        <h2>There is no page {page}</h2>
        <p>The list of videos ends before it.</p>
        <a class="button button-primary" href="/">
          See the newest videos
        </a>
      </div>
    );
  }
  return (
    <div class="empty">
      <h2>No videos yet</h2>
      <p>Be the first: choose a clip, and your browser prepares and uploads it. It can be watched as soon as it has arrived.</p>
      <a class="button button-primary" href="/studio">
        Upload the first video
      </a>
    </div>
  );
}
