import { contextOf } from "../activitystreams/context";
import type { Activity } from "../activitystreams/types";

/** The Follow that is answered, as far as the answer repeats it. */
export interface AnsweredFollow {
  id: string;
  /** The follower. */
  actor: string;
  /** The followed. */
  object: string;
}

/** The followed actor's yes. */
export function acceptActivity({ id, follow }: { id: string; follow: AnsweredFollow }): Activity {
  const { actor, object } = follow;
  return { "@context": contextOf(), type: "Accept", id, actor: object, object: { type: "Follow", id: follow.id, actor, object } };
}
