import type { VideoFile } from "../../contract/video";

/** The files a viewer can choose among, best first, one for each resolution. */
export function qualitiesOf(files: readonly VideoFile[]): VideoFile[] {
  const byResolution = new Map<number, VideoFile>();
  for (const file of files) {
    if (!byResolution.has(file.resolution.id)) {
      byResolution.set(file.resolution.id, file);
    }
  }
  return [...byResolution.values()].toSorted((a, b) => b.resolution.id - a.resolution.id);
}

/** The file of a remembered resolution: the same, else the best below it, else the lowest there is. Undefined without any file. */
export function fileForResolution(files: readonly VideoFile[], resolution: number): VideoFile | undefined {
  const qualities = qualitiesOf(files);
  return qualities.find((file) => file.resolution.id <= resolution) ?? qualities.at(-1);
}

/** The file that a media address names, by the address's last part (fresh for every file); undefined if it is none of them. */
export function fileOfUrl(files: readonly VideoFile[], url: string): VideoFile | undefined {
  const name = lastPart(url);
  return name === "" ? undefined : files.find((file) => lastPart(file.fileUrl) === name);
}

function lastPart(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What the menu shows: `720p`, with the frame rate where it is high. */
export function qualityLabel(file: VideoFile): string {
  if (file.resolution.id === 0) {
    return "Audio only";
  }
  const label = file.resolution.label === "" ? `${file.resolution.id}p` : file.resolution.label;
  return file.fps >= 50 && !/\d{3,}p\d+/.test(label) ? `${label}${Math.round(file.fps)}` : label;
}
