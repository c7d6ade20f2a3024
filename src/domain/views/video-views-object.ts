/** What is added to a video's counts. */
export interface ViewAddition {
  /** Who watched, or which activity says so: within an hour, what has the same key isn't counted again. */
  key: string;
  views: number;
  watchedSeconds: number;
}

/** What the counter of a local video (durable-objects/video-views.ts) answers to; it writes sums to D1, never a row per view. */
export interface VideoViewsObject {
  /** Adds to the counts. A `key` that was counted a short while ago isn't counted again. */
  count(additions: ViewAddition[]): Promise<void>;
}
