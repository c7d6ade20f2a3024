import type { VNode } from "preact";
import type { VideoDetails, VideoFile } from "../../../contract/video";
import { paths } from "../../../protocol/paths";
import { isoDuration } from "../format";
import { scriptJson } from "../html";

// What other sites' previews and search engines read of a watch page.

export interface WatchHeadProps {
  video: VideoDetails;
  file: VideoFile | undefined;
  description: string | undefined;
  publicUrl: string;
}

/** OpenGraph, Twitter's card, and schema.org's VideoObject. */
export function WatchHead({ video, file, description, publicUrl }: WatchHeadProps): VNode {
  const image = video.previewPath === null ? undefined : publicUrl + video.previewPath;
  const url = publicUrl + paths.watch(video.uuid);
  return (
    <>
      <meta property="og:type" content="video.other" />
      <meta property="og:title" content={video.name} />
      <meta property="og:url" content={url} />
      {description && <meta property="og:description" content={description} />}
      {image && <meta property="og:image" content={image} />}
      {file && (
        <>
          <meta property="og:video" content={file.fileUrl} />
          <meta property="og:video:type" content={file.mimeType.replace(/;.*$/, "")} />
          <meta property="og:video:width" content={String(file.width)} />
          <meta property="og:video:height" content={String(file.height)} />
        </>
      )}
      <meta property="video:duration" content={String(video.duration)} />
      {video.tags.map((tag) => (
        <meta property="video:tag" content={tag} />
      ))}
      <meta name="twitter:card" content="summary_large_image" />
      <meta name="twitter:title" content={video.name} />
      {description && <meta name="twitter:description" content={description} />}
      {image && <meta name="twitter:image" content={image} />}
      <script
        type="application/ld+json"
        dangerouslySetInnerHTML={{ __html: scriptJson(videoObject(video, file, description, url, image, publicUrl)) }}
      />
    </>
  );
}

function videoObject(
  video: VideoDetails,
  file: VideoFile | undefined,
  description: string | undefined,
  url: string,
  image: string | undefined,
  publicUrl: string,
): unknown {
  return {
    "@context": "https://schema.org",
    "@type": "VideoObject",
    name: video.name,
    description: description ?? video.name,
    url,
    thumbnailUrl: image,
    uploadDate: video.publishedAt,
    duration: isoDuration(video.duration),
    contentUrl: file?.fileUrl,
    inLanguage: video.language.id ?? undefined,
    keywords: video.tags.length > 0 ? video.tags.join(", ") : undefined,
    author: { "@type": "Person", name: video.account.displayName, url: publicUrl + paths.account(video.account.name) },
    interactionStatistic:
      video.views > 0
        ? { "@type": "InteractionCounter", interactionType: { "@type": "WatchAction" }, userInteractionCount: video.views }
        : undefined,
  };
}
