import type { VideoListQuery } from "../../contract/video-list";
import { findAccount, type Handle } from "../../storage/d1/accounts";
import { findChannel, type ChannelRecord } from "../../storage/d1/channels";
import type { AccountRow } from "../../storage/d1/schema";
import type { Deps } from "../deps";
import { fail, ok, type Result } from "../result";
import { listVideos, type VideoPage } from "./list-videos";

/** The public videos of the account that `handle` (`name` or `name@host`) names, in all its channels. */
export async function listAccountVideos(
  deps: Deps,
  handle: string,
  query: VideoListQuery,
): Promise<Result<{ account: AccountRow; page: VideoPage }, { reason: "unknown-account" }>> {
  const account = await findAccount(deps.database, parseHandle(handle, deps.publicUrl));
  if (account === undefined) {
    return fail({ reason: "unknown-account" });
  }
  return ok({ account, page: await listVideos(deps, query, { accountId: account.id }) });
}

/** The public videos of the channel that `handle` (`name` or `name@host`) names. */
export async function listChannelVideos(
  deps: Deps,
  handle: string,
  query: VideoListQuery,
): Promise<Result<ChannelRecord & { page: VideoPage }, { reason: "unknown-channel" }>> {
  const record = await findChannel(deps.database, parseHandle(handle, deps.publicUrl));
  if (record === undefined) {
    return fail({ reason: "unknown-channel" });
  }
  return ok({ ...record, page: await listVideos(deps, query, { channelId: record.channel.id }) });
}

function parseHandle(handle: string, publicUrl: string): Handle {
  const [name = "", host] = handle.replace(/^@/, "").split("@", 2);
  return { name, host: host === undefined || host === new URL(publicUrl).host ? null : host };
}
