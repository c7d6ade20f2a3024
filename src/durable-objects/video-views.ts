import { DurableObject } from "cloudflare:workers";
import { askFor } from "../domain/tasks/ask";
import { digestOfKey, recentKeysFrom, type RecentKeys } from "../domain/views/recent-keys";
import { tellAt, TELL_INTERVAL_MS } from "../domain/views/steps";
import type { VideoViewsObject, ViewAddition } from "../domain/views/video-views-object";
import { openDatabase } from "../storage/d1/database";
import { addViews } from "../storage/d1/views";
import { openTallyStore, type Tally, type TallyStore } from "../storage/video-views/tally-store";

/** How long counts are gathered before they are written to D1. */
const FLUSH_DELAY_MS = 30_000;

/**
 * Counts the views of one local video; its name is the video's UUID. The sums are one row of its SQLite, so that a killed
 * object loses none; D1 is written once in 30 s, by alarm. Which viewers were counted is in memory and goes to storage
 * with each flush: a row for each would cost more than a view that counts twice after a crash.
 */
export class VideoViews extends DurableObject<Env> implements VideoViewsObject {
  readonly #store: TallyStore;
  readonly #recent: RecentKeys;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#store = openTallyStore(ctx.storage);
    this.#recent = recentKeysFrom(this.#store.recent());
  }

  async count(additions: ViewAddition[]): Promise<void> {
    const digests = await Promise.all(additions.map(({ key }) => digestOfKey(key)));
    const now = Date.now();
    const fresh = additions.filter((_, at) => this.#recent.note(digests[at] ?? "", now));
    const views = fresh.reduce((sum, addition) => sum + addition.views, 0);
    const watchedSeconds = Math.round(fresh.reduce((sum, addition) => sum + addition.watchedSeconds, 0));
    if (views > 0 || watchedSeconds > 0) {
      this.#store.add(this.ctx.id.name ?? "", { views, watchedSeconds });
      await this.#wakeAt(now + FLUSH_DELAY_MS);
    }
  }

  override async alarm(): Promise<void> {
    const tally = this.#store.read();
    if (tally === undefined) {
      return;
    }
    try {
      await this.#flush(tally);
    } catch (error) {
      // An alarm that keeps throwing is given up, and with it the counts.
      console.warn("the views couldn't be written; again in a while", tally.videoUuid, error);
      await this.#wakeAt(Date.now() + FLUSH_DELAY_MS);
    }
  }

  async #flush(tally: Tally): Promise<void> {
    const database = openDatabase(this.env.DB);
    this.#store.saveRecent(this.#recent.toJson(Date.now()));
    const views = await addViews(database, tally.videoUuid, tally);
    if (views === undefined) {
      // The video was deleted.
      await this.#store.clear();
      return;
    }
    this.#store.subtract(tally);
    const now = Date.now();
    const tellTime = tellAt(views, tally.told);
    if (tellTime !== undefined && tellTime <= now) {
      const deps = { database, now: () => now, federationTasks: this.env.FEDERATION_TASKS };
      await askFor(deps, { kind: "video", uuid: tally.videoUuid });
      this.#store.saveTold({ views, at: now });
      // Then it either tells again or forgets itself.
      await this.#wakeAt(now + TELL_INTERVAL_MS);
    } else if (tellTime !== undefined) {
      await this.#wakeAt(tellTime);
    } else if (tally.told && now - tally.told.at >= TELL_INTERVAL_MS && this.#isSettled(views, tally.told)) {
      await this.#store.clear();
    }
  }

  /** Whether all views are in D1 and all instances know of them: then nothing here is needed any more. */
  #isSettled(views: number, told: { views: number }): boolean {
    const left = this.#store.read();
    return views === told.views && left?.views === 0 && left.watchedSeconds === 0;
  }

  /** Sets the alarm, unless one goes off before. */
  async #wakeAt(time: number): Promise<void> {
    const armed = await this.ctx.storage.getAlarm();
    if (armed === null || armed > time) {
      await this.ctx.storage.setAlarm(time);
    }
  }
}
