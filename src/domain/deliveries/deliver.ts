import { hostOfId } from "../../protocol/activitystreams/ids";
import { releaseStatement, remaindersStatement, shrinkStatement, takeDeliveries, type Remainder } from "../../storage/d1/deliveries";
import { findHosts, type KnownHosts } from "../../storage/d1/hosts";
import type { DeliveryRow } from "../../storage/d1/schema-federation";
import type { HttpSignatureScheme } from "../actors/actor-object";
import type { DeliveryMessage, Deps } from "../deps";
import { isAllowedAddress } from "../remote/address-guard";
import { reachesBlocked } from "./dispatch";
import { healthOf } from "./health";
import { openLanes, type Lanes } from "./lanes";
import { isResting } from "./policy";
import { post, type Posted } from "./post";
import { FIRST_QUEUED_MS, queueRows } from "./queue";
import { settle, type Settlement } from "./settle";

/** Longer than an invocation takes to settle what it took. */
const LEASE_MS = 2 * 60_000;
/** After this long it is looked whether slow hosts hold the connections. */
const PATIENCE_MS = 1500;
/** A host that takes longer is slow. */
const SLOW_MS = 1000;
const LOOK_EVERY_MS = 250;
/** What hasn't begun by then is another invocation's: an invocation that has answered may go on for 30 s. */
const LAST_START_MS = 8000;

interface Target {
  row: DeliveryRow;
  inbox: string;
  host: string;
}

/**
 * Sends the rows that messages name, as far as they are due and nobody else has them, and settles each message's by
 * itself. What can't begin since slow hosts hold all connections goes back to the queue, for an invocation with
 * connections of its own.
 */
export async function deliver(deps: Deps, messages: DeliveryMessage[]): Promise<void> {
  const startedAt = deps.now();
  const at = Math.max(startedAt, ...messages.map(({ dueBy }) => dueBy));
  const taken = await takeDeliveries(
    deps.database,
    messages.flatMap(({ deliveryIds }) => deliveryIds),
    { at, sendingUntil: startedAt + LEASE_MS },
  );
  if (taken.length === 0) {
    return;
  }
  const targets = new Map(taken.map((row) => [row.id, targetsOf(row)]));
  const hosts = new Set([...targets.values()].flat().map(({ host }) => host));
  const known = await findHosts(deps.database, [...hosts], at);
  const lanes = openLanes(deps.maxConnections, deps.now);
  const groups = messages.map(({ deliveryIds }) => taken.filter(({ id }) => deliveryIds.includes(id))).filter((rows) => rows.length > 0);
  const round = { known, lanes, at, startedAt };
  const done = Promise.allSettled(
    startInTurn(groups, async (rows, begun) => {
      const wanted = rows.flatMap(({ id }) => targets.get(id) ?? []);
      await deliverGroup(deps, rows, wanted, round, begun);
    }),
  );
  await closeInTime(lanes, done);
  for (const result of await done) {
    if (result.status === "rejected") {
      // Its rows are due again when the lease ends.
      console.error("deliveries couldn't be settled", result.reason);
    }
  }
}

/**
 * Starts the groups one after the other, each when all of the one before has begun: requests are signed when they can be sent.
 * Gives what becomes of each.
 */
function startInTurn(groups: DeliveryRow[][], start: (rows: DeliveryRow[], begun: () => void) => Promise<void>): Promise<void>[] {
  let before = Promise.resolve();
  return groups.map((rows) => {
    let begun: () => void = () => undefined;
    const turn = before;
    before = new Promise((resolve) => {
      begun = resolve;
    });
    return turn.then(async () => await start(rows, begun)).finally(begun);
  });
}

function targetsOf(row: DeliveryRow): Target[] {
  return (JSON.parse(row.inboxes) as string[]).map((inbox) => ({ row, inbox, host: hostOfId(inbox) }));
}

/** Closes the lanes when slow hosts hold most of them, and at the latest when time runs out. */
async function closeInTime(lanes: Lanes, done: Promise<unknown>): Promise<void> {
  const isDone = done.then(() => true);
  for (let waited = PATIENCE_MS, next = PATIENCE_MS; ; waited += LOOK_EVERY_MS, next = LOOK_EVERY_MS) {
    if ((await Promise.race([isDone, wait(next)])) || waited >= LAST_START_MS) {
      break;
    }
    if (lanes.waiting() > 0 && lanes.heldLongerThan(SLOW_MS) * 2 > lanes.count) {
      break;
    }
  }
  lanes.close();
}

async function wait(ms: number): Promise<false> {
  return await new Promise((resolve) => setTimeout(() => resolve(false), ms));
}

interface Round {
  known: KnownHosts;
  lanes: Lanes;
  /** What is due at this time is due. */
  at: number;
  startedAt: number;
}

/** `tellBegun` is called when all requests of the group have begun, or can't any more. */
async function deliverGroup(deps: Deps, rows: DeliveryRow[], targets: Target[], round: Round, tellBegun: () => void): Promise<void> {
  const settlements: Settlement[] = [];
  const wanted: Target[] = [];
  for (const target of targets) {
    const result = withoutSending(deps, target, round);
    if (result === undefined) {
      wanted.push(target);
    } else {
      settlements.push({ ...target, result, learnt: undefined });
    }
  }
  const begun = new Set<Target>();
  const signed = round.lanes.isClosed() ? undefined : await signAll(deps, wanted, round.known);
  const sending = Promise.all(
    wanted.map(async (target) => {
      const send = signed?.get(target);
      await round.lanes.run(async () => {
        begun.add(target);
        if (begun.size === wanted.length) {
          tellBegun();
        }
        settlements.push({ ...target, ...(send === undefined ? NOT_KEPT : await send()) });
      });
    }),
  );
  await Promise.race([sending, round.lanes.closed]);
  tellBegun();
  const notBegun = new Set(wanted.filter((target) => !begun.has(target)));
  if (notBegun.size > 0) {
    await handBack(deps, targets, notBegun);
  }
  await sending;
  const left = rows.filter((row) => targets.some((target) => target.row === row && !notBegun.has(target)));
  if (left.length > 0) {
    await settle(
      deps,
      left.map(({ id }) => id),
      settlements,
      round.known,
      round.startedAt,
    );
  }
}

const NOT_KEPT: Pick<Settlement, "result" | "learnt"> = {
  result: { kind: "forbidden", error: "its actor doesn't keep the activity any more" },
  learnt: undefined,
};

/** What is settled without a request; undefined: it is to be sent. */
function withoutSending(deps: Deps, { row, inbox, host }: Target, { known, at }: Round): Settlement["result"] | undefined {
  if (known.blocked.has(host) && !reachesBlocked(row.activityType)) {
    return { kind: "unwanted" };
  }
  if (!isAllowedAddress(new URL(inbox), deps.publicUrl)) {
    return { kind: "forbidden", error: "nothing may be sent to such an address" };
  }
  const health = healthOf(known, host);
  return isResting(health, at) && health.restingUntil !== undefined ? { kind: "deferred", until: health.restingUntil } : undefined;
}

/** Has each activity's requests signed by its actor's object, all in one call; a target without one can't be sent any more. */
async function signAll(deps: Deps, targets: Target[], known: KnownHosts): Promise<Map<Target, () => Promise<Posted>>> {
  const sends = new Map<Target, () => Promise<Posted>>();
  for (const group of Map.groupBy(targets, ({ row }) => `${row.actor} ${row.activityId}`).values()) {
    const row = group[0]?.row;
    if (row === undefined) {
      continue;
    }
    const object = deps.actorObject(row.actor.toLowerCase());
    const sign = async (inboxes: { url: string; scheme: HttpSignatureScheme }[]) =>
      await object.signDeliveries(`${deps.publicUrl}/${row.actor}`, row.activityId, inboxes);
    const schemeOf = ({ host }: Target) => known.rows.get(host)?.httpSignature ?? "cavage";
    const signed = await sign(group.map((target) => ({ url: target.inbox, scheme: schemeOf(target) })));
    for (const [index, target] of group.entries()) {
      const request = signed?.requests[index];
      if (signed !== undefined && request !== undefined) {
        const signAgain = async (scheme: HttpSignatureScheme) => (await sign([{ url: target.inbox, scheme }]))?.requests[0];
        sends.set(target, () => post(deps, { scheme: schemeOf(target), request, body: signed.body, signAgain }));
      }
    }
  }
  return sends;
}

/** Gives back what hasn't begun, and has it sent at once: whole rows as they are, parts of rows as rows of their own. */
async function handBack(deps: Deps, targets: Target[], notBegun: Set<Target>): Promise<void> {
  const now = deps.now();
  const queuedUntil = now + FIRST_QUEUED_MS;
  const whole: { id: number; size: number }[] = [];
  const parts: Remainder[] = [];
  const shrunk: { id: number; inboxes: string[] }[] = [];
  for (const [row, ofRow] of Map.groupBy(targets, (target) => target.row)) {
    const back = ofRow.filter((target) => notBegun.has(target));
    const [first] = back;
    if (first === undefined) {
      continue;
    }
    if (back.length === ofRow.length) {
      whole.push({ id: row.id, size: back.length });
      continue;
    }
    parts.push({
      rowId: row.id,
      inboxes: back.map(({ inbox }) => inbox),
      host: back.length === 1 ? first.host : null,
      attempts: row.attempts,
      dueAt: now,
      queuedUntil,
      deadAt: null,
      lastError: row.lastError,
    });
    shrunk.push({ id: row.id, inboxes: ofRow.filter((target) => !notBegun.has(target)).map(({ inbox }) => inbox) });
  }
  const [written] = await deps.database.batch([
    remaindersStatement(deps.database, parts),
    shrinkStatement(deps.database, shrunk),
    releaseStatement(
      deps.database,
      whole.map(({ id }) => id),
      queuedUntil,
    ),
  ]);
  await queueRows(deps, [...written, ...whole], now);
}
