import type { Caption } from "../../contract/caption";
import { VIDEO_LANGUAGES } from "../../contract/video-languages";
import { labelled } from "../../contract/video-constants";
import { paths } from "../../protocol/paths";
import type { VideoCaptionRow } from "../../storage/d1/schema-federation";

/** Captions as PeerTube's REST API shows them. */
export function presentCaption(row: VideoCaptionRow, publicUrl: string): Caption {
  const captionPath = paths.caption(row.filename);
  return {
    language: labelled(VIDEO_LANGUAGES, row.language),
    automaticallyGenerated: row.automaticallyGenerated,
    captionPath,
    fileUrl: publicUrl + captionPath,
    updatedAt: new Date(row.createdAt).toISOString(),
  };
}
