import { contextOf } from "../../protocol/activitystreams/context";
import { collectionDocument, collectionPageDocument } from "../../protocol/activitystreams/collections";
import { actorObjectName, actorUrls, type LocalActor } from "../../protocol/activitystreams/local-actors";
import type { JsonObject, JsonValue } from "../../protocol/activitystreams/types";
import { findAccount } from "../../storage/d1/accounts";
import { findChannel } from "../../storage/d1/channels";
import { listPublicPlaylists, type Counted, type Page } from "../../storage/d1/collections";
import type { AccountRow, ChannelRow } from "../../storage/d1/schema";
import { ensureLocalActor } from "../actors/local";
import type { Deps } from "../deps";
import { actorDocument } from "../outbox/documents";
import { paths } from "../../protocol/paths";

// Local actors and their collections, as anybody may fetch them.

/** The rows behind a local actor; the instance has none. */
export type ActorRows = { account: AccountRow } | { channel: ChannelRow; owner: AccountRow } | { instance: true };

/** A local actor that is there, with its name as it is written. */
export async function findLocalActor(deps: Deps, asked: LocalActor): Promise<{ actor: LocalActor; rows: ActorRows } | undefined> {
  switch (asked.kind) {
    case "instance":
      return { actor: asked, rows: { instance: true } };
    case "account": {
      const account = await findAccount(deps.database, { name: asked.name, host: null });
      return account && { actor: { kind: "account", name: account.name }, rows: { account } };
    }
    case "channel": {
      const found = await findChannel(deps.database, { name: asked.name, host: null });
      return found && { actor: { kind: "channel", name: found.channel.name }, rows: found };
    }
  }
}

/** The document of a local actor; undefined where there is none. */
export async function readActorDocument(deps: Deps, asked: LocalActor): Promise<JsonObject | undefined> {
  const found = await findLocalActor(deps, asked);
  const row = found && (await ensureLocalActor(deps, found.actor));
  return found === undefined || row === undefined ? undefined : await actorDocument(deps, row, found.rows);
}

export type ActorCollection = "followers" | "following" | "outbox" | "playlists";

/** A collection of a local actor, or a page of it; undefined where there is no such actor, or no such page. */
export async function readActorCollection(
  deps: Deps,
  asked: LocalActor,
  name: ActorCollection,
  page: { number: number; size: number } | undefined,
): Promise<JsonObject | undefined> {
  const found = await findLocalActor(deps, asked);
  if (found === undefined) {
    return undefined;
  }
  const id = actorUrls(deps.publicUrl, found.actor)[name];
  const range = page === undefined ? { start: 0, count: 1 } : { start: (page.number - 1) * page.size, count: page.size };
  const { total, items } = await readItems(deps, found, name, range);
  return page === undefined
    ? collectionDocument(id, total)
    : collectionPageDocument({
        id,
        totalItems: total,
        page: page.number,
        pageSize: page.size,
        items,
        ...(name === "outbox" && { context: contextOf("video") }),
      });
}

async function readItems(
  deps: Deps,
  { actor, rows }: { actor: LocalActor; rows: ActorRows },
  name: ActorCollection,
  range: Page,
): Promise<Counted<JsonValue>> {
  const object = deps.actorObject(actorObjectName(actor));
  switch (name) {
    case "followers":
    case "following": {
      const { total, urls } = await object[name](range);
      return { total, items: urls };
    }
    case "outbox": {
      const { total, activities } = await object.outbox(range);
      return { total, items: activities };
    }
    case "playlists": {
      if ("instance" in rows) {
        return { total: 0, items: [] };
      }
      const owner = "account" in rows ? { accountId: rows.account.id } : { channelId: rows.channel.id };
      const { total, items } = await listPublicPlaylists(deps.database, owner, range);
      return { total, items: items.map(({ uuid }) => deps.publicUrl + paths.playlist(uuid)) };
    }
  }
}
