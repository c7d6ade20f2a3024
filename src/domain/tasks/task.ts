import { z } from "zod";

// Work for federation. Rows of federation_tasks are the truth, written in one transaction with the change that asks for them;
// the queue's messages only name them (domain/tasks/).

const localActorSchema = z.object({ kind: z.enum(["account", "channel", "instance"]), name: z.string().min(1) });

/**
 * What can be asked for. The first five compare what is with what others were last told (federated_objects) and send what is
 * missing, so they may run late, twice, or once for many changes.
 */
export const taskSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("video"), uuid: z.string() }),
  z.object({ kind: z.literal("comment"), commentId: z.int() }),
  z.object({ kind: z.literal("rate"), accountId: z.int(), videoId: z.int() }),
  z.object({ kind: z.literal("playlist"), uuid: z.string() }),
  z.object({ kind: z.literal("actor"), actor: localActorSchema }),
  /** A local user's report of something of elsewhere. */
  z.object({ kind: z.literal("flag"), abuseId: z.int() }),
  /** Somebody watched another instance's video here. */
  z.object({ kind: z.literal("view"), videoUuid: z.string(), viewId: z.string(), viewedAt: z.int() }),
  z.object({
    kind: z.literal("watch-action"),
    videoUuid: z.string(),
    watchId: z.string(),
    startedAt: z.int(),
    endedAt: z.int(),
    sections: z.array(z.object({ start: z.number(), end: z.number() })),
  }),
  /** Another's activity about something of here goes on to our followers, as it came. */
  z.object({ kind: z.literal("forward"), activityId: z.string(), body: z.string(), videoUuid: z.string(), exceptHost: z.string() }),
  /** `target`: a host, a handle (`name@host`) or an actor's id. */
  z.object({ kind: z.literal("follow"), follower: localActorSchema, target: z.string() }),
  /** `followId`: of the Follow that is undone. */
  z.object({ kind: z.literal("unfollow"), follower: localActorSchema, targetUrl: z.string(), followId: z.string() }),
  z.object({
    kind: z.literal("answer-follow"),
    target: localActorSchema,
    followerUrl: z.string(),
    followId: z.string(),
    answer: z.enum(["accept", "reject"]),
    /** Makes one answer's id another than the next one's. */
    askedAt: z.int(),
  }),
  /**
   * Rejects the followers of everybody here, of one host or all, some at a time: those whose rows come `after` that one. The
   * second round is for those whom an isolate with older settings still let in during the first.
   */
  z.object({ kind: z.literal("reject-followers"), host: z.string().optional(), after: z.int(), round: z.int() }),
  z.object({ kind: z.literal("approve-comment"), commentId: z.int() }),
  z.object({ kind: z.literal("reject-comment"), commentId: z.int() }),
  /** Reads one page of a followed actor's outbox and asks for the next. */
  z.object({ kind: z.literal("read-history"), actorUrl: z.string() }),
  /** Compares a followed actor's outbox with what is here. */
  z.object({ kind: z.literal("reconcile"), actorUrl: z.string() }),
  /** Fetches another instance's video: new, announced, or changed. `announcedAt`: in milliseconds, where the announcer told us so. */
  z.object({
    kind: z.literal("fetch-video"),
    videoUrl: z.string(),
    announceUrl: z.string().optional(),
    announcerUrl: z.string().optional(),
    announcedAt: z.int().optional(),
  }),
  /** Reads a video's collections: likes, dislikes, shares, comments, chapters. */
  z.object({ kind: z.literal("sync-video"), videoUrl: z.string() }),
  z.object({ kind: z.literal("fetch-comment"), commentUrl: z.string() }),
  z.object({ kind: z.literal("refresh-actor"), actorUrl: z.string() }),
]);
export type Task = z.output<typeof taskSchema>;

/** What a task is about: of one kind and subject there is one row. */
export function subjectOf(task: Task): string {
  switch (task.kind) {
    case "video":
    case "playlist":
      return task.uuid;
    case "comment":
    case "approve-comment":
    case "reject-comment":
      return String(task.commentId);
    case "rate":
      return `${task.accountId}/${task.videoId}`;
    case "actor":
      return `${task.actor.kind}/${task.actor.name}`;
    case "flag":
      return String(task.abuseId);
    case "view":
      return task.viewId;
    case "watch-action":
      return task.watchId;
    case "forward":
      return task.activityId;
    case "follow":
      return `${task.follower.kind}/${task.follower.name} ${task.target}`;
    case "unfollow":
      return `${task.follower.kind}/${task.follower.name} ${task.targetUrl}`;
    case "answer-follow":
      return `${task.target.kind}/${task.target.name} ${task.followerUrl}`;
    case "reject-followers":
      return `${task.round} ${task.host ?? ""}`;
    case "read-history":
    case "reconcile":
    case "refresh-actor":
      return task.actorUrl;
    case "fetch-video":
      // Of several announcers none is forgotten.
      return task.announcerUrl === undefined ? task.videoUrl : `${task.videoUrl} ${task.announcerUrl}`;
    case "sync-video":
      return task.videoUrl;
    case "fetch-comment":
      return task.commentUrl;
  }
}
