/** What the counter of a local video (durable-objects/video-views.ts) answers to; it writes sums to D1, never a row per view. */
export interface VideoViewsObject {
  /** Adds to the counts. A `key` that was counted a short while ago isn't counted again. */
  count(additions: { key: string; views: number; watchedSeconds: number }[]): Promise<void>;
}
