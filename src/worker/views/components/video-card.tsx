import type { VNode } from "preact";
import type { Video } from "../../../contract/video";
import { handleOf } from "../../../protocol/handles";
import { paths } from "../../../protocol/paths";
import { formatAge, formatDuration, formatViews } from "../format";

/** The cards of a list of videos. `showChannel` false: on the channel's own page. */
export function VideoGrid({ videos, nowMs, showChannel = true }: { videos: Video[]; nowMs: number; showChannel?: boolean }): VNode {
  return (
    <ul class="video-grid">
      {videos.map((video, index) => (
        <li>
          <VideoCard video={video} nowMs={nowMs} showChannel={showChannel} eager={index < 4} />
        </li>
      ))}
    </ul>
  );
}

function VideoCard({ video, nowMs, showChannel, eager }: { video: Video; nowMs: number; showChannel: boolean; eager: boolean }): VNode {
  return (
    <article class="card">
      <div class="card-picture">
        {video.thumbnailPath === null ? (
          <Placeholder uuid={video.uuid} />
        ) : (
          <img src={video.thumbnailPath} alt="" width={320} height={180} loading={eager ? "eager" : "lazy"} decoding="async" />
        )}
        <span class="badge">
          <span class="visually-hidden">Duration </span>
          {formatDuration(video.duration)}
        </span>
        {video.nsfw && <span class="badge badge-warning">Sensitive</span>}
      </div>
      <h3 class="card-title">
        <a class="card-link" href={paths.watch(video.uuid)} dir="auto">
          {video.name}
        </a>
      </h3>
      {showChannel && (
        <p class="card-line">
          <a class="card-channel" href={paths.channel(handleOf(video.channel, video.isLocal))} dir="auto">
            {video.channel.displayName}
          </a>
          {!video.isLocal && <span class="card-host"> · {video.channel.host}</span>}
        </p>
      )}
      <p class="card-line">
        {video.views > 0 && `${formatViews(video.views)} · `}
        <time dateTime={video.publishedAt}>{formatAge(video.publishedAt, nowMs)}</time>
      </p>
    </article>
  );
}

/** A picture for a video without a thumbnail: peers around a play mark, placed by the video's UUID. */
export function Placeholder({ uuid }: { uuid: string }): VNode {
  const digits = uuid.replace(/-/g, "");
  const peers = [0, 1, 2, 3, 4].map((index) => {
    const value = Number.parseInt(digits.slice(index * 4, index * 4 + 4), 16) || 0;
    const angle = ((index + (value & 0xff) / 256) / 5) * 2 * Math.PI;
    const distance = 52 + (value >> 8) / 8;
    return {
      x: Math.round(160 + Math.cos(angle) * distance * 1.5),
      y: Math.round(90 + Math.sin(angle) * distance * 0.9),
      r: 3 + (value % 4),
    };
  });
  return (
    <svg class="placeholder" viewBox="0 0 320 180" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <path class="placeholder-lines" d={peers.map((peer) => `M160 90L${peer.x} ${peer.y}`).join("")} />
      {peers.map((peer) => (
        <circle class="placeholder-peer" cx={peer.x} cy={peer.y} r={peer.r} />
      ))}
      <path class="placeholder-play" d="M147 68v44a4 4 0 0 0 6 3.4l36-22a4 4 0 0 0 0-6.8l-36-22a4 4 0 0 0-6 3.4z" />
    </svg>
  );
}
