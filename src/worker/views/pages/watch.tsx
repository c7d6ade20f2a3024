import type { VNode } from "preact";
import type { VideoDetails, VideoFile } from "../../../contract/video";
import { VideoPrivacy } from "../../../contract/video-constants";
import { chooseDefaultFile, playableFiles } from "../../../protocol/media/choose-file";
import { handleOf } from "../../../protocol/handles";
import { paths } from "../../../protocol/paths";
import type { Caption } from "../../../contract/caption";
import { Comments } from "../components/comments";
import { Icon } from "../components/icons";
import { RateButtons } from "../components/rate-buttons";
import type { CommentSection } from "../../../domain/comments/read-comments";
import { formatAge, formatBytes, formatDate, formatViews } from "../format";
import { scriptJson } from "../html";
import { plainText, renderMarkdown } from "../../../protocol/markdown";
import { Page } from "../page";
import { Avatar } from "./actor";
import { WatchHead } from "./watch-head";

const DESCRIPTION_LENGTH = 200;
/** Longer descriptions begin folded. */
const FOLDED_DESCRIPTION_LENGTH = 400;

export interface WatchPageProps {
  video: VideoDetails;
  publicUrl: string;
  nowMs: number;
  /** Whether the instance lets viewers send each other pieces. */
  p2pAllowed: boolean;
  captions: Caption[];
  comments: CommentSection;
}

/** The page of a video: plays without any script, and better with the player's. */
export function WatchPage({ video, publicUrl, nowMs, p2pAllowed, captions, comments }: WatchPageProps): VNode {
  const file = chooseDefaultFile(playableFiles(video));
  const description = video.description ? plainText(video.description, DESCRIPTION_LENGTH) : undefined;
  return (
    <Page
      title={video.name}
      description={description}
      canonicalUrl={publicUrl + paths.watch(video.uuid)}
      noIndex={video.privacy.id !== VideoPrivacy.public}
      entries={["watch", "watch-social"]}
      mediaFirst
      head={<WatchHead video={video} file={file} description={description} publicUrl={publicUrl} />}
    >
      <Player video={video} file={file} p2pAllowed={p2pAllowed} captions={captions} />
      <div class="watch">
        <div class="watch-main">
          <h1 class="watch-title" dir="auto">
            {video.name}
          </h1>
          <p class="watch-facts">
            {video.views > 0 && `${formatViews(video.views)} · `}
            <time dateTime={video.publishedAt} title={formatDate(video.publishedAt)}>
              {formatAge(video.publishedAt, nowMs)}
            </time>
            {video.privacy.id !== VideoPrivacy.public && (
              <span class="tag">
                <Icon name="lock" /> {video.privacy.label}
              </span>
            )}
          </p>
          <div class="watch-bar">
            <ChannelLink video={video} />
            <div class="button-row">
              <RateButtons video={video} />
              <Share url={publicUrl + paths.watch(video.uuid)} />
            </div>
          </div>
          {!video.isLocal && (
            <p class="notice">
              This video is from {video.channel.host}. <a href={video.url}>Open it there</a>
            </p>
          )}
          {video.description && <Description text={video.description} />}
          <Facts video={video} />
          <Comments video={video} section={comments} nowMs={nowMs} />
        </div>
        <aside class="watch-side" aria-label="Playback and downloads">
          <div id="p2p-stats" />
          {video.downloadEnabled && <Downloads video={video} />}
        </aside>
      </div>
      <script type="application/json" id="video-details" dangerouslySetInnerHTML={{ __html: scriptJson(video) }} />
    </Page>
  );
}

interface PlayerProps {
  video: VideoDetails;
  file: VideoFile | undefined;
  p2pAllowed: boolean;
  captions: Caption[];
}

function Player({ video, file, p2pAllowed, captions }: PlayerProps): VNode {
  const shape = file !== undefined && file.width > 0 && file.height > 0 ? `${file.width} / ${file.height}` : "16 / 9";
  return (
    <div id="player" class="player" style={`aspect-ratio: ${shape}`} data-p2p={p2pAllowed ? undefined : "off"}>
      {file === undefined ? (
        <p class="player-message">This video has no file that can be played.</p>
      ) : (
        <video
          src={hrefOfFile(file.fileUrl, video.isLocal)}
          poster={video.previewPath ?? undefined}
          controls
          playsInline
          preload="metadata"
          aria-label={video.name}
        >
          {captions.map(({ captionPath, language }) => (
            <track kind="captions" src={captionPath} srclang={language.id} label={language.label} />
          ))}
        </video>
      )}
    </div>
  );
}

function ChannelLink({ video }: { video: VideoDetails }): VNode {
  return (
    <a class="watch-channel" href={paths.channel(handleOf(video.channel, video.isLocal))}>
      <Avatar name={video.channel.displayName} />
      <span dir="auto">{video.channel.displayName}</span>
    </a>
  );
}

function Share({ url }: { url: string }): VNode {
  return (
    <button class="button" type="button" data-copy={url} hidden>
      <Icon name="link" />
      <span aria-live="polite" data-copy-label>
        Copy link
      </span>
    </button>
  );
}

function Description({ text }: { text: string }): VNode {
  const folds = text.length > FOLDED_DESCRIPTION_LENGTH || text.split("\n").length > 6;
  const prose = <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: renderMarkdown(text) }} />;
  return (
    <section class="panel" aria-label="Description">
      {folds ? (
        <div class="folded">
          <input type="checkbox" class="folded-switch visually-hidden" id="description-switch" />
          {prose}
          <label class="folded-label" for="description-switch">
            <span class="folded-more">Show more</span>
            <span class="folded-less">Show less</span>
          </label>
        </div>
      ) : (
        prose
      )}
    </section>
  );
}

function Facts({ video }: { video: VideoDetails }): VNode {
  const facts = [
    ["Category", video.category.id === null ? null : video.category.label],
    ["Licence", video.licence.id === null ? null : video.licence.label],
    ["Language", video.language.id === null ? null : video.language.label],
    ["First published", video.originallyPublishedAt === null ? null : formatDate(video.originallyPublishedAt)],
  ].filter((fact): fact is [string, string] => fact[1] !== null);
  return (
    <>
      {video.tags.length > 0 && (
        <ul class="tags" aria-label="Tags">
          {video.tags.map((tag) => (
            <li class="tag" dir="auto">
              {tag}
            </li>
          ))}
        </ul>
      )}
      {facts.length > 0 && (
        <dl class="facts">
          {facts.map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** Of files of here a path: the page may be visited by another name of the same host. */
function hrefOfFile(url: string, isLocal: boolean): string {
  return isLocal ? new URL(url).pathname : url;
}

function Downloads({ video }: { video: VideoDetails }): VNode | null {
  const { privacy, isLocal } = video;
  const files = isLocal ? video.files : playableFiles(video);
  // A magnet link leads to a swarm, and a video that isn't open to all has none.
  const hasSwarm = privacy.id === VideoPrivacy.public || privacy.id === VideoPrivacy.unlisted;
  if (files.length === 0) {
    return null;
  }
  return (
    <details class="panel downloads">
      <summary>
        <Icon name="download" /> Download
      </summary>
      <ul>
        {files.map((file) => (
          <li>
            <span>
              {file.hasVideo ? file.resolution.label : "Sound"}
              <small>
                {" "}
                {file.mimeType.replace(/^\w+\/(x-)?|;.*$/g, "")}, {formatBytes(file.size)}
              </small>
            </span>
            <span class="download-links">
              <a href={hrefOfFile(file.fileDownloadUrl, isLocal)} download>
                File
              </a>
              {file.torrentDownloadUrl !== "" && (
                <a href={hrefOfFile(file.torrentDownloadUrl, isLocal)} download>
                  Torrent
                </a>
              )}
              {hasSwarm && file.magnetUri !== "" && <a href={file.magnetUri}>Magnet</a>}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
