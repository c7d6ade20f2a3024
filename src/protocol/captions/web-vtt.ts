// Captions as they are uploaded: WebVTT, or SubRip (.srt), which becomes WebVTT.

/** What is wrong, for whoever uploads. */
export interface CaptionFault {
  /** From 1. */
  line: number;
  detail: string;
}

export type CaptionResult = { ok: true; value: string } | { ok: false; error: CaptionFault };

/** WebVTT leaves the hours out where it likes; SubRip writes a comma. */
const TIMING = /^\s*(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})\s+-->\s+(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})(?:\s+(.*))?$/;

/**
 * A file of captions as WebVTT with `\n` at the ends of lines. Cues, notes and styles of WebVTT stay as they are; SubRip's
 * cues get WebVTT's timings. Fails where a timing can't be read or ends before it begins, or there is no cue at all.
 */
export function toWebVtt(text: string): CaptionResult {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .replaceAll("\0", "\uFFFD")
    .split("\n");
  const isWebVtt = /^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? "");
  const written = isWebVtt ? [] : ["WEBVTT", ""];
  let cues = 0;
  for (const [index, line] of lines.entries()) {
    if (!line.includes("-->")) {
      written.push(isWebVtt ? line : line.trimEnd());
      continue;
    }
    const timing = readTiming(line);
    if (timing === undefined) {
      return fault(index, "isn't a timing such as 00:01:02.500 --> 00:01:05.000");
    }
    if (timing.end <= timing.start) {
      return fault(index, "ends before it begins");
    }
    cues += 1;
    const settings = isWebVtt && timing.settings !== "" ? ` ${timing.settings}` : "";
    written.push(`${formatTime(timing.start)} --> ${formatTime(timing.end)}${settings}`);
  }
  if (cues === 0) {
    return fault(0, "there are no captions in this file: it must be WebVTT or SubRip");
  }
  return { ok: true, value: `${written.join("\n").trimEnd()}\n` };
}

function fault(index: number, detail: string): CaptionResult {
  return { ok: false, error: { line: index + 1, detail } };
}

function readTiming(line: string): { start: number; end: number; settings: string } | undefined {
  const match = TIMING.exec(line);
  if (match === null) {
    return undefined;
  }
  const at = (group: number) => Number(match[group] ?? 0);
  const time = (first: number) => ((at(first) * 60 + at(first + 1)) * 60 + at(first + 2)) * 1000 + at(first + 3);
  return { start: time(1), end: time(5), settings: (match[9] ?? "").trim() };
}

/** Milliseconds as `01:02:03.400`. */
function formatTime(milliseconds: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const seconds = Math.floor(milliseconds / 1000);
  const rest = String(milliseconds % 1000).padStart(3, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${rest}`;
}
