// Which of a video's files a browser plays first. One rule for the page (which knows nothing of the browser) and for
// the player (which asks it).

/** What the choice is made by; the contract's VideoFile is one. */
export interface ChoosableFile {
  resolution: { id: number };
  /** Bytes. */
  size: number;
  /** RFC 6381 MIME type with codecs. */
  mimeType: string;
}

/**
 * The files that play by their address alone: web videos, else those of the HLS playlist that hold both picture and sound.
 * A video of another instance may have only the latter.
 */
export function playableFiles<F extends { hasVideo: boolean; hasAudio: boolean }>(video: {
  files: F[];
  streamingPlaylists: { files: F[] }[];
}): F[] {
  if (video.files.length > 0) {
    return video.files;
  }
  const files = video.streamingPlaylists.flatMap((playlist) => playlist.files);
  const whole = files.filter(({ hasVideo, hasAudio }) => hasVideo && hasAudio);
  return whole.length > 0 ? whole : files.filter(({ hasVideo }) => hasVideo);
}

/** Enough for a page's width, and light enough to start soon; more is the viewer's choice. */
export const DEFAULT_MAX_RESOLUTION = 720;

/** How widely browsers play it: 0 everywhere, 1 in most, 2 only by luck (HEVC, Matroska, QuickTime). */
function playabilityTier(mimeType: string): 0 | 1 | 2 {
  const [container = "", codecs = ""] = mimeType.toLowerCase().split(/;\s*codecs=/);
  if (container === "video/webm" || container === "audio/webm") {
    return codecs.includes("av01") ? 1 : 0;
  }
  if (container !== "video/mp4" && container !== "audio/mp4") {
    return container === "audio/mpeg" || container === "audio/ogg" || container === "video/ogg" ? 1 : 2;
  }
  if (/hev1|hvc1|mp4v|ac-3|ec-3/.test(codecs)) {
    return 2;
  }
  return /av01|vp09|opus|flac/.test(codecs) ? 1 : 0;
}

/**
 * The file to begin with: of those that play most widely, the highest resolution up to `maxResolution` (else the
 * lowest above it), and of equal ones the smaller. `canPlay` is a browser's word on a MIME type; files it refuses are
 * taken only where it refuses all. Undefined: no files.
 */
export function chooseDefaultFile<F extends ChoosableFile>(
  files: readonly F[],
  options: { maxResolution?: number; canPlay?: (mimeType: string) => boolean } = {},
): F | undefined {
  const { maxResolution = DEFAULT_MAX_RESOLUTION, canPlay } = options;
  const playable = canPlay === undefined ? files : files.filter((file) => canPlay(file.mimeType));
  const candidates = playable.length > 0 ? playable : files;
  return [...candidates].sort((a, b) => compare(a, b, maxResolution))[0];
}

function compare(a: ChoosableFile, b: ChoosableFile, maxResolution: number): number {
  const tiers = playabilityTier(a.mimeType) - playabilityTier(b.mimeType);
  if (tiers !== 0) {
    return tiers;
  }
  const [resolutionA, resolutionB] = [a.resolution.id, b.resolution.id];
  if (resolutionA === resolutionB) {
    return a.size - b.size;
  }
  const [fitsA, fitsB] = [resolutionA <= maxResolution, resolutionB <= maxResolution];
  if (fitsA !== fitsB) {
    return fitsA ? -1 : 1;
  }
  return fitsA ? resolutionB - resolutionA : resolutionA - resolutionB;
}
