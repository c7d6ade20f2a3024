import { DurableObject } from "cloudflare:workers";
import type {
  ActorKeys,
  ActorObject,
  Follower,
  FollowRecord,
  FollowState,
  HttpSignatureScheme,
  OutboxPage,
  SignedRequest,
} from "../domain/actors/actor-object";
import { afterFollow, afterUndo } from "../domain/actors/follow-rules";
import { bearKeys, openSigner, publicKeysOf, tellsOfKeys, type Signer } from "../domain/actors/signer";
import { writeFollowIndex } from "../domain/actors/write-index";
import type { Activity, JsonObject } from "../protocol/activitystreams/types";
import { openActivityStore } from "../storage/actor-object/activity-store";
import { openFollowStore, type StoredFollower } from "../storage/actor-object/follow-store";
import { openKeyStore, type StoredKeys } from "../storage/actor-object/key-store";
import { createTables } from "../storage/actor-object/tables";
import { openDatabase } from "../storage/d1/database";

/** After a failed write of the index, how long until it is tried again without anybody asking. */
const HEAL_DELAY_MS = 60_000;
/** Rows of the index that one call writes at most; the alarm writes the rest. */
const MAX_INDEX_WRITES = 100;

/**
 * A local actor; the object's name is `accounts/NAME` or `video-channels/NAME`. Its private keys are born here and never
 * leave: consumers send it what to sign. It keeps what it said, in order, and is the truth about who follows it and
 * whom it follows; the index in D1 says the same, and is mended where a write to it failed.
 */
export class Actor extends DurableObject<Env> implements ActorObject {
  readonly #keys;
  readonly #activities;
  readonly #follows;
  readonly #signers = new Map<number, Promise<Signer>>();
  /** Signing and the writing of the index go one after the other, each in its order. */
  #bearing: Promise<StoredKeys> | undefined;
  #recording: Promise<unknown> = Promise.resolve();
  #indexing: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    createTables(ctx.storage);
    this.#keys = openKeyStore(ctx.storage);
    this.#activities = openActivityStore(ctx.storage);
    this.#follows = openFollowStore(ctx.storage);
  }

  async keys(): Promise<ActorKeys> {
    return publicKeysOf(await this.#currentKeys());
  }

  async rotateKeys(): Promise<ActorKeys> {
    await this.#currentKeys();
    const born = await bearKeys(Date.now());
    return publicKeysOf(
      this.ctx.storage.transactionSync(() => {
        const keys = this.#keys.add(born);
        this.#keys.dropOld();
        return keys;
      }),
    );
  }

  async record(activity: Activity, { listed }: { listed: boolean }): Promise<JsonObject> {
    return await this.#inOrder(async () => {
      const kept = this.#activities.find(activity.id);
      if (kept !== undefined) {
        return JSON.parse(kept.json) as JsonObject;
      }
      const current = await this.#currentKeys();
      // Others still hold the older keys, and take nothing that they can't verify.
      const told = tellsOfKeys(activity, current) ? this.#keys.lastTold() : undefined;
      const signer = await this.#signerOf(told ?? current);
      const now = Date.now();
      const signed = await signer.sign(activity, new Date(this.#activities.nextSigningTime(now)));
      this.ctx.storage.transactionSync(() => {
        this.#activities.add({ id: activity.id, json: JSON.stringify(signed), listed, keysId: told?.id, now });
        if (told !== undefined) {
          this.#keys.markTold();
        }
      });
      return signed;
    });
  }

  async keep(activityId: string, body: string): Promise<void> {
    this.#activities.add({ id: activityId, json: body, listed: false, keysId: undefined, now: Date.now() });
  }

  async signDeliveries(
    actorUrl: string,
    activityId: string,
    inboxes: { url: string; scheme: HttpSignatureScheme }[],
  ): Promise<{ body: string; requests: SignedRequest[] } | undefined> {
    const kept = this.#activities.find(activityId);
    if (kept === undefined) {
      return undefined;
    }
    const keys = (kept.keysId === undefined ? undefined : this.#keys.byId(kept.keysId)) ?? (await this.#currentKeys());
    const signer = await this.#signerOf(keys);
    const requests: SignedRequest[] = [];
    for (const { url, scheme } of inboxes) {
      requests.push({ url, headers: await signer.signPost(actorUrl, url, kept.json, scheme, new Date()) });
    }
    return { body: kept.json, requests };
  }

  async signFetch(actorUrl: string, url: string, accept: string, scheme: HttpSignatureScheme): Promise<Record<string, string>> {
    const signer = await this.#signerOf(await this.#currentKeys());
    return await signer.signGet(actorUrl, url, accept, scheme, new Date());
  }

  async activity(activityId: string): Promise<JsonObject | undefined> {
    const kept = this.#activities.find(activityId);
    return kept && (JSON.parse(kept.json) as JsonObject);
  }

  async outbox(page: { start: number; count: number }): Promise<OutboxPage> {
    const { total, jsons } = this.#activities.page(page);
    return { total, activities: jsons.map((json) => JSON.parse(json) as JsonObject) };
  }

  async unlist(activityIds: string[]): Promise<void> {
    this.#activities.unlist(activityIds);
  }

  async forgetActivities(before: number, except: string[]): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      this.#activities.forget(before, except);
      this.#keys.dropOld();
    });
  }

  async follow(follower: Follower, followId: string, state: FollowState, saidAt: number): Promise<FollowState | undefined> {
    const next = afterFollow(this.#follows.follower(follower.url), { follower, followId, state, saidAt });
    if (next !== undefined) {
      this.#follows.saveFollower(next, Date.now());
    }
    await this.#writeIndex();
    const known = this.#follows.follower(follower.url);
    return known === undefined || known.removed ? undefined : known.state;
  }

  async decideFollower(url: string, state: FollowState): Promise<FollowRecord | undefined> {
    const known = this.#follows.follower(url);
    if (known === undefined || known.removed) {
      return undefined;
    }
    this.#follows.saveFollower({ ...known, state }, Date.now());
    await this.#writeIndex();
    return { url, state, followId: known.followId };
  }

  async removeFollower(url: string, saidAt: number): Promise<void> {
    const next = afterUndo(this.#follows.follower(url), url, saidAt);
    if (next !== undefined) {
      this.#follows.saveFollower(next, Date.now());
    }
    await this.#writeIndex();
  }

  async dropFollower(url: string): Promise<void> {
    const known = this.#follows.follower(url);
    await this.removeFollower(url, known?.saidAt ?? 0);
  }

  async followerInboxes(): Promise<string[]> {
    return this.#follows.inboxes();
  }

  async followers(page: { start: number; count: number }): Promise<{ total: number; urls: string[] }> {
    return this.#follows.followers(page);
  }

  async updateFollower(follower: Follower): Promise<void> {
    const known = this.#follows.follower(follower.url);
    if (known !== undefined && !known.removed) {
      const moved: StoredFollower = { ...known, inbox: follower.inbox, sharedInbox: follower.sharedInbox };
      this.#follows.saveFollower(moved, Date.now());
      await this.#writeIndex();
    }
  }

  async startFollowing(actorUrl: string, targetUrl: string): Promise<FollowRecord> {
    const known = this.#follows.target(targetUrl);
    // Who was rejected and asks again asks anew: a Follow is signed once, with its time.
    const record =
      known === undefined || known.state === "rejected"
        ? { url: targetUrl, state: "pending" as const, followId: `${actorUrl}/follows/${this.#follows.nextFollowNumber()}` }
        : known;
    if (record !== known) {
      this.#follows.saveTarget(record, Date.now());
    }
    await this.#writeIndex();
    return record;
  }

  async answerFollowing(targetUrl: string, state: "accepted" | "rejected"): Promise<FollowRecord | undefined> {
    const known = this.#follows.target(targetUrl);
    if (known !== undefined && known.state !== state) {
      this.#follows.saveTarget({ ...known, state }, Date.now());
    }
    await this.#writeIndex();
    return known && { ...known, state };
  }

  async stopFollowing(targetUrl: string): Promise<FollowRecord | undefined> {
    const known = this.#follows.target(targetUrl);
    if (known !== undefined) {
      this.#follows.removeTarget(targetUrl);
    }
    await this.#writeIndex();
    return known;
  }

  async following(page: { start: number; count: number }): Promise<{ total: number; urls: string[] }> {
    return this.#follows.following(page);
  }

  async leave(): Promise<void> {
    this.#follows.removeAll();
    await this.#writeIndex();
  }

  override async alarm(): Promise<void> {
    await this.#writeIndex();
  }

  /** The newest keys; the first are born here, once however many ask at the same time. */
  async #currentKeys(): Promise<StoredKeys> {
    const stored = this.#keys.current();
    if (stored !== undefined) {
      return stored;
    }
    this.#bearing ??= bearKeys(Date.now())
      .then((born) => this.#keys.current() ?? this.#keys.add(born))
      .finally(() => {
        this.#bearing = undefined;
      });
    return await this.#bearing;
  }

  async #signerOf(keys: StoredKeys): Promise<Signer> {
    const opened = this.#signers.get(keys.id) ?? openSigner(keys);
    this.#signers.set(keys.id, opened);
    return await opened;
  }

  /** Activities are signed one after the other: an id once, and later ones with later times. */
  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#recording.then(work);
    this.#recording = run.catch(() => undefined);
    return await run;
  }

  /**
   * Has D1 say what is here. The caller's change is kept already, so it isn't failed by a database that can't be reached:
   * the row stays marked, and the next call or the alarm writes it.
   */
  async #writeIndex(): Promise<void> {
    const run = this.#indexing.then(() => this.#writeDirty());
    this.#indexing = run;
    await run;
  }

  async #writeDirty(): Promise<void> {
    const dirty = this.#follows.dirty(MAX_INDEX_WRITES);
    if (dirty.length === 0) {
      return;
    }
    // Before the writes: an object that is killed in between wakes up and mends them.
    await this.ctx.storage.setAlarm(Date.now() + HEAL_DELAY_MS);
    const deps = { database: openDatabase(this.env.DB), now: () => Date.now() };
    const localName = (this.ctx.id.name ?? "").replace(/^.*\//, "");
    try {
      for (const follow of dirty) {
        await writeFollowIndex(deps, localName, follow);
        this.#follows.markClean(follow);
      }
      if (this.#follows.dirty(1).length === 0) {
        await this.ctx.storage.deleteAlarm();
      }
    } catch (error) {
      console.warn("the index of follows couldn't be written; again in a minute", this.ctx.id.name, error);
    }
  }
}
