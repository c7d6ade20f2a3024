import {
  deleteDeliveriesStatement,
  dueNowStatement,
  postponeHostsStatement,
  remaindersStatement,
  type PostponedRow,
  type Remainder,
} from "../../storage/d1/deliveries";
import { hostFailureStatement, hostSuccessStatement, signatureSchemeStatement, type KnownHosts } from "../../storage/d1/hosts";
import type { DeliveryRow } from "../../storage/d1/schema-federation";
import { runStatements, type Statement } from "../../storage/d1/tasks";
import type { HttpSignatureScheme } from "../actors/actor-object";
import type { Deps } from "../deps";
import { dropGoneInbox, dropHopelessHost } from "./drop";
import { noteEvents, type FederationNote } from "./events";
import { healthOf } from "./health";
import {
  FAILURES_BEFORE_REST,
  healthAfterFailure,
  isHopeless,
  MAX_SCORE,
  MAX_TRIES,
  retryDelayMs,
  SUCCESS_BONUS,
  type HostHealth,
  type Outcome,
} from "./policy";
import { queueDueOf } from "./sweep";

/** What came of sending to one inbox of a row. */
export interface Settlement {
  row: DeliveryRow;
  inbox: string;
  host: string;
  result:
    | Outcome
    /** It may not be sent there, ever. */
    | { kind: "forbidden"; error: string }
    /** The administrator blocked the host meanwhile. */
    | { kind: "unwanted" }
    /** Its host rests. */
    | { kind: "deferred"; until: number };
  learnt: HttpSignatureScheme | undefined;
}

type Failure = Exclude<Outcome, { kind: "delivered" }>;

interface FailedHost {
  host: string;
  before: HostHealth;
  after: HostHealth;
  error: string;
}

/**
 * Writes what came of rows that were taken, in one transaction: they go, and each inbox that failed becomes a row of its own;
 * the hosts' health; what that means for all that waits for the hosts. Then the administrator is told what has to be known.
 */
export async function settle(deps: Deps, rowIds: number[], settlements: Settlement[], known: KnownHosts, startedAt: number): Promise<void> {
  for (const { host, inbox, result } of settlements) {
    if (result.kind === "gone") {
      await dropGoneInbox(deps, host, inbox);
    }
  }
  const now = deps.now();
  const failed = failedHosts(settlements, known, now);
  const remainders = settlements.flatMap((settlement) => remainderOf(settlement, failed.get(settlement.host)?.after, now));
  const delivered = hostsWhere(settlements, "delivered");
  const recovered = delivered.filter((host) => hadRested(healthOf(known, host)));
  const rests = [...failed.values()].filter(({ after }) => after.failures >= FAILURES_BEFORE_REST && after.restingUntil !== undefined);
  const { postponed, noted } = await write(deps, rowIds, {
    remainders,
    failed: [...failed.values()],
    delivered,
    recovered,
    rests,
    settlements,
    startedAt,
    now,
  });
  await noteWhatHappened(deps, {
    givenUp: [...remainders, ...postponed].filter(({ deadAt }) => deadAt !== null),
    recovered,
    // Of tries that failed side by side one is noted.
    rests: rests.filter(({ host }) => noted.has(host)),
  });
  for (const { host, after, error } of failed.values()) {
    if (isHopeless(after, now)) {
      await dropHopelessHost(deps, host, error);
    }
  }
  if (recovered.length > 0) {
    await queueDueOf(deps, recovered);
  }
}

function hadRested({ failures, restingUntil }: HostHealth): boolean {
  return failures >= FAILURES_BEFORE_REST || restingUntil !== undefined;
}

function hostsWhere(settlements: Settlement[], kind: Settlement["result"]["kind"]): string[] {
  return [...new Set(settlements.filter(({ result }) => result.kind === kind).map(({ host }) => host))];
}

/** The health of each host to which a try failed; a host that took something as well is healthy. */
function failedHosts(settlements: Settlement[], known: KnownHosts, now: number): Map<string, FailedHost> {
  const healthy = new Set(hostsWhere(settlements, "delivered"));
  const failed = new Map<string, FailedHost>();
  for (const { host, result } of settlements) {
    if (isFailure(result) && !healthy.has(host) && !failed.has(host)) {
      const before = healthOf(known, host);
      const waited = known.rows.get(host)?.waiting ?? 1;
      failed.set(host, {
        host,
        before,
        after: healthAfterFailure(before, result, { waited, now, random: Math.random() }),
        error: result.error,
      });
    }
  }
  return failed;
}

function isFailure(result: Settlement["result"]): result is Failure {
  return ["gone", "refused", "unauthorized", "failed"].includes(result.kind);
}

/** What remains to be done of one inbox. */
function remainderOf({ row, inbox, host, result }: Settlement, health: HostHealth | undefined, now: number): Remainder[] {
  const remainder = { rowId: row.id, inboxes: [inbox], host, attempts: row.attempts, queuedUntil: null, lastError: row.lastError };
  switch (result.kind) {
    case "delivered":
    case "unwanted":
    case "gone":
      return [];
    case "deferred":
      return [{ ...remainder, dueAt: result.until, deadAt: null }];
    case "forbidden":
      return [{ ...remainder, attempts: row.attempts + 1, lastError: result.error, dueAt: null, deadAt: now }];
    default: {
      const attempts = row.attempts + 1;
      const delay = retryDelayMs(attempts, result, Math.random());
      const dueAt = delay === undefined ? null : Math.max(now + delay, health?.restingUntil ?? 0);
      return [{ ...remainder, attempts, lastError: result.error, dueAt, deadAt: dueAt === null ? now : null }];
    }
  }
}

interface Facts {
  remainders: Remainder[];
  failed: FailedHost[];
  delivered: string[];
  recovered: string[];
  rests: FailedHost[];
  settlements: Settlement[];
  startedAt: number;
  now: number;
}

/** One transaction; gives the rows for which the try at their resting host counted too, and the hosts whose failure was noted. */
async function write(deps: Deps, rowIds: number[], facts: Facts): Promise<{ postponed: PostponedRow[]; noted: Set<string> }> {
  const { database } = deps;
  const { startedAt, now } = facts;
  const statements: Statement[] = [];
  if (facts.remainders.length > 0) {
    // Before the rows go that they are made from.
    statements.push(remaindersStatement(database, facts.remainders));
  }
  statements.push(deleteDeliveriesStatement(database, rowIds));
  if (facts.delivered.length > 0) {
    statements.push(hostSuccessStatement(database, facts.delivered, { bonus: SUCCESS_BONUS, maxScore: MAX_SCORE, startedAt, now }));
  }
  for (const { host, learnt } of facts.settlements) {
    if (learnt !== undefined) {
      statements.push(signatureSchemeStatement(database, host, learnt));
    }
  }
  if (facts.recovered.length > 0) {
    statements.push(dueNowStatement(database, facts.recovered, now));
  }
  if (facts.failed.length === 0) {
    await runStatements(database, statements);
    return { postponed: [], noted: new Set() };
  }
  const failures = facts.failed.map(({ host, after, error }) => ({
    host,
    score: after.score,
    failures: after.failures,
    failingSince: after.failingSince ?? now,
    restingUntil: after.restingUntil ?? null,
    error,
  }));
  const rests = facts.rests.map(({ host, after, error }) => ({ host, until: after.restingUntil ?? now, error }));
  const [noted, postponed] = await database.batch([
    hostFailureStatement(database, failures, { startedAt, now }),
    // Before what remains of these rows is written: that has had its try.
    postponeHostsStatement(database, rests, { maxTries: MAX_TRIES, now }),
    ...statements,
  ]);
  return { postponed, noted: new Set(noted.map(({ host }) => host)) };
}

/** What the administrator should know, a sentence for each host. */
async function noteWhatHappened(
  deps: Deps,
  { givenUp, recovered, rests }: { givenUp: { host: string | null }[]; recovered: string[]; rests: FailedHost[] },
): Promise<void> {
  const notes: FederationNote[] = [];
  for (const { host, before, after, error } of rests) {
    if (before.failures < FAILURES_BEFORE_REST) {
      const note = `${host} failed ${after.failures} times in a row (${error}) and rests; what is for it waits.`;
      notes.push({ kind: "host-resting", host, note });
    }
  }
  for (const host of recovered) {
    notes.push({ kind: "host-back", host, note: `${host} answers again; what waited for it is being sent.` });
  }
  for (const [host, rows] of Map.groupBy(givenUp, (row) => row.host)) {
    const note = `${rows.length === 1 ? "A delivery" : `${rows.length} deliveries`} to ${host} failed for the last time and can be replayed.`;
    notes.push({ kind: "delivery-given-up", host: host ?? undefined, note });
  }
  await noteEvents(deps, notes);
}
