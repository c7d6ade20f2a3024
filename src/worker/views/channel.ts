import type { Channel, ChannelSummary } from "../../contract/video";
import { paths } from "../../protocol/paths";
import type { AccountRow, ChannelRow } from "../../storage/d1/schema";
import { presentAccount, presentOrigin } from "./account";

/** A channel as lists and videos name it. */
export function presentChannelSummary(channel: ChannelRow, publicUrl: string): ChannelSummary {
  return {
    id: channel.id,
    name: channel.name,
    displayName: channel.displayName,
    ...presentOrigin(channel.host, paths.channelActor(channel.name), publicUrl),
    avatars: [],
  };
}

/** A channel with its profile and the account that owns it. */
export function presentChannel(channel: ChannelRow, owner: AccountRow, publicUrl: string): Channel {
  return {
    ...presentChannelSummary(channel, publicUrl),
    hostRedundancyAllowed: false,
    followingCount: 0,
    followersCount: 0,
    createdAt: new Date(channel.createdAt).toISOString(),
    updatedAt: new Date(channel.updatedAt).toISOString(),
    description: channel.description,
    support: channel.support,
    isLocal: channel.host === null,
    banners: [],
    ownerAccount: presentAccount(owner, publicUrl),
  };
}
