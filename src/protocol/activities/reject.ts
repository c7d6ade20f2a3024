import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";
import type { AnsweredFollow } from "./accept";

/** The followed actor's no, also after a yes. */
export function rejectActivity({ id, follow }: { id: string; follow: AnsweredFollow }): Activity {
  const { actor, object } = follow;
  return { "@context": contextOf(), type: "Reject", id, actor: object, object: { type: "Follow", id: follow.id, actor, object } };
}
