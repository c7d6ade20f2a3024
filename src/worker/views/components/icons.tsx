import type { VNode } from "preact";

const PATHS = {
  upload: "M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 8a8 8 0 0 1 16 0",
  theme: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 0v18",
  download: "M12 4v12m0 0-5-5m5 5 5-5M4 20h16",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1.5-1.5",
  magnet: "M5 4h4v8a3 3 0 0 0 6 0V4h4v8a7 7 0 0 1-14 0V4Zm0 4h4m6 0h4",
  like: "M7 11v9H4v-9h3Zm0 0 4-7a2 2 0 0 1 2.6 2L13 10h5a2 2 0 0 1 2 2.4l-1.3 6A2 2 0 0 1 16.8 20H7",
  dislike: "M17 13V4h3v9h-3Zm0 0-4 7a2 2 0 0 1-2.6-2l.6-4H6a2 2 0 0 1-2-2.4l1.3-6A2 2 0 0 1 7.2 4H17",
  lock: "M7 11V8a5 5 0 0 1 10 0v3m-11 0h12v9H6v-9Z",
} as const;

/** A line drawing of 24 units; says nothing to a screen reader. */
export function Icon({ name }: { name: keyof typeof PATHS }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
      {name === "theme" && <path class="icon-filled" d="M12 3a9 9 0 1 0 0 18V3Z" />}
    </svg>
  );
}

/** The mark of public/icon.svg. */
export function Logo(): VNode {
  return (
    <svg class="logo" viewBox="8 7 46 50" aria-hidden="true">
      <path class="logo-lines" d="M14 32 32 14M14 32l18 18" />
      <path class="logo-play" d="M29 21.5v21a2 2 0 0 0 3 1.7l18-10.5a2 2 0 0 0 0-3.4L32 19.8a2 2 0 0 0-3 1.7z" />
      <g class="logo-peers">
        <circle cx="14" cy="32" r="5.5" />
        <circle cx="32" cy="13" r="4" />
        <circle cx="32" cy="51" r="4" />
      </g>
    </svg>
  );
}
