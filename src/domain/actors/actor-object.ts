import type { Activity, JsonObject } from "../../protocol/activitystreams/types";

// What the object of a local actor (durable-objects/actor.ts) answers to. Its keys are born in it and never leave it; it is the
// truth about who follows the actor and whom the actor follows, and keeps what the actor said, in order.

export interface ActorKeys {
  /** RSA-2048, SPKI. */
  publicKeyPem: string;
  /** Ed25519 as multibase (FEP-521a). */
  assertionKeyMultibase: string;
  /** Milliseconds since 1970. */
  bornAt: number;
}

export type HttpSignatureScheme = "cavage" | "rfc9421";

export interface SignedRequest {
  url: string;
  headers: Record<string, string>;
}

export interface Follower {
  /** Id of the follower. */
  url: string;
  inbox: string;
  sharedInbox: string | undefined;
}

export type FollowState = "pending" | "accepted" | "rejected";

export interface FollowRecord {
  /** The other side's id. */
  url: string;
  state: FollowState;
  /** The Follow's id. */
  followId: string;
}

export interface OutboxPage {
  total: number;
  /** The newest first. */
  activities: JsonObject[];
}

export interface ActorObject {
  /** The public halves of the keys, which are made where there are none. */
  keys(actorUrl: string): Promise<ActorKeys>;
  /** New keys in place of the old. */
  rotateKeys(actorUrl: string): Promise<ActorKeys>;

  /**
   * Signs an activity (integrity proof, then Linked Data Signature) and keeps it; `listed` ones stand in the outbox collection.
   * With an id that is kept already it gives what was kept: an activity is signed once.
   */
  record(activity: Activity, options: { listed: boolean }): Promise<JsonObject>;
  /** Keeps an activity of another author as it came, to be forwarded. */
  keep(activityId: string, body: string): Promise<void>;
  /** The kept activity's bytes and, for each inbox, the headers of a signed POST of them, dated now. Undefined: not kept. */
  signDeliveries(
    actorUrl: string,
    activityId: string,
    inboxes: { url: string; scheme: HttpSignatureScheme }[],
  ): Promise<{ body: string; requests: SignedRequest[] } | undefined>;
  /** The headers of a signed GET, dated now. */
  signFetch(actorUrl: string, url: string, accept: string, scheme: HttpSignatureScheme): Promise<Record<string, string>>;
  /** The kept activity of that id. */
  activity(activityId: string): Promise<JsonObject | undefined>;
  outbox(page: { start: number; count: number }): Promise<OutboxPage>;
  /** Takes activities out of the outbox collection: what they told of is gone. */
  unlist(activityIds: string[]): Promise<void>;
  /** Forgets kept activities that are older and not listed, except those named. */
  forgetActivities(before: number, except: string[]): Promise<void>;

  /**
   * A Follow arrived: its follower is put in `state`, unless what is known is newer than `saidAt` (milliseconds) or the follower was
   * rejected before, which stays. Gives the state that holds now; undefined where the Follow was undone since, and needs no answer.
   */
  follow(follower: Follower, followId: string, state: FollowState, saidAt: number): Promise<FollowState | undefined>;
  /** A follower's state as the administrator decides; undefined where there is no such follower. */
  decideFollower(url: string, state: FollowState): Promise<FollowRecord | undefined>;
  /** An Undo arrived, or the follower was dropped; older than what is known, it changes nothing. */
  removeFollower(url: string, saidAt: number): Promise<void>;
  /** The administrator removes a follower, whatever time it gave its Follow; a newer one counts again. */
  dropFollower(url: string): Promise<void>;
  /** The inboxes of all accepted followers, shared ones once. */
  followerInboxes(): Promise<string[]>;
  followers(page: { start: number; count: number }): Promise<{ total: number; urls: string[] }>;
  /** A follower's inboxes have moved. */
  updateFollower(follower: Follower): Promise<void>;

  /** The actor begins to follow; gives the Follow's id, the same as long as it isn't undone. */
  startFollowing(actorUrl: string, targetUrl: string): Promise<FollowRecord>;
  /** The target answered. Undefined: this actor doesn't follow it. */
  answerFollowing(targetUrl: string, state: "accepted" | "rejected"): Promise<FollowRecord | undefined>;
  /** Gives what was, for the Undo. */
  stopFollowing(targetUrl: string): Promise<FollowRecord | undefined>;
  following(page: { start: number; count: number }): Promise<{ total: number; urls: string[] }>;

  /** The actor is gone: nobody follows it any more, and it follows nobody. Its keys and what it said stay, for what is still to be sent. */
  leave(): Promise<void>;
}
