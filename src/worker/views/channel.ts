import type { Channel, ChannelSummary } from "../../contract/video";
import { paths } from "../../protocol/paths";
import type { AccountRow, ChannelRow } from "../../storage/d1/schema";
import { presentAccount, presentOrigin, type PresentedCounts } from "./account";

/** Of accounts and channels, by their numbers; read for a whole list at once. */
export interface CountsOf {
  accounts: Map<number, PresentedCounts>;
  channels: Map<number, PresentedCounts>;
}

/** A channel as lists and videos name it. */
export function presentChannelSummary(channel: ChannelRow, publicUrl: string): ChannelSummary {
  return {
    id: channel.id,
    name: channel.name,
    displayName: channel.displayName,
    ...presentOrigin(channel, paths.channelActor(channel.name), publicUrl),
    avatars: [],
  };
}

/** A channel with its profile and the account that owns it. */
export function presentChannel(channel: ChannelRow, owner: AccountRow, publicUrl: string, counts?: CountsOf): Channel {
  const own = counts?.channels.get(channel.id);
  return {
    ...presentChannelSummary(channel, publicUrl),
    hostRedundancyAllowed: false,
    followingCount: own?.following ?? 0,
    followersCount: own?.followers ?? 0,
    createdAt: new Date(channel.createdAt).toISOString(),
    updatedAt: new Date(channel.updatedAt).toISOString(),
    description: channel.description,
    support: channel.support,
    isLocal: channel.host === null,
    banners: [],
    ownerAccount: presentAccount(owner, publicUrl, counts?.accounts.get(owner.id)),
  };
}
