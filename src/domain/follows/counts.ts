import { countFollowsOf, type FollowCounts } from "../../storage/d1/follow-lists";
import type { AccountRow, ChannelRow } from "../../storage/d1/schema";
import type { Deps } from "../deps";

/**
 * How many follow the given accounts and channels (with their owners), and how many they follow, for all of a list at once; by the
 * rows' numbers. Whom nobody follows is not in it.
 */
export async function countsOf(
  deps: Pick<Deps, "database">,
  { accounts = [], records = [] }: { accounts?: AccountRow[]; records?: { channel: ChannelRow; owner?: AccountRow }[] },
): Promise<{ accounts: Map<number, FollowCounts>; channels: Map<number, FollowCounts> }> {
  const owners = records.flatMap(({ owner }) => owner ?? []);
  return await countFollowsOf(deps.database, {
    accountIds: [...accounts, ...owners].map(({ id }) => id),
    channelIds: records.map(({ channel }) => channel.id),
  });
}
