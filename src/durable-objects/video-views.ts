// PLACEHOLDER: replaced by its helper.
import { DurableObject } from "cloudflare:workers";
export class VideoViews extends DurableObject<Env> {
  async count(_additions: { key: string; views: number; watchedSeconds: number }[]): Promise<void> {}
}
