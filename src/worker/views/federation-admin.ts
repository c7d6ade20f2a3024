import type { DeadLetter, FederationEvent, FederationHost, FederationSummary } from "../../contract/federation-admin";
import type { HostOverview } from "../../domain/deliveries/overview";
import type { GivenUp } from "../../storage/d1/dead-letters";
import type { FederationCounts } from "../../storage/d1/hosts";
import type { FederationEventRow } from "../../storage/d1/schema-federation";

export function presentSummary(counts: FederationCounts): FederationSummary {
  return {
    deliveries: { waiting: counts.waiting, oldestDueAt: isoOrNull(counts.oldestDueAt) },
    hosts: { failing: counts.failing, resting: counts.resting },
    deadLetters: counts.deadLetters,
    tasks: { waiting: counts.tasksWaiting, failing: counts.tasksFailing },
  };
}

export function presentHost(host: HostOverview): FederationHost {
  return {
    host: host.host,
    waiting: host.waiting,
    score: host.score,
    failures: host.failures,
    failingSince: isoOrNull(host.failingSince),
    restingUntil: isoOrNull(host.restingUntil),
    lastSuccessAt: isoOrNull(host.lastSuccessAt),
    lastFailureAt: isoOrNull(host.lastFailureAt),
    lastError: host.lastError,
  };
}

export function presentDeadLetter(letter: GivenUp): DeadLetter {
  if (letter.kind === "delivery") {
    const { row } = letter;
    return {
      id: `delivery-${row.id}`,
      kind: "delivery",
      host: row.host,
      inboxes: JSON.parse(row.inboxes) as string[],
      activityId: row.activityId,
      activityType: row.activityType,
      attempts: row.attempts,
      queue: null,
      body: null,
      lastError: row.lastError,
      createdAt: iso(row.createdAt),
      deadAt: iso(row.deadAt ?? row.createdAt),
    };
  }
  const { row } = letter;
  return {
    id: `letter-${row.id}`,
    kind: "message",
    host: null,
    inboxes: [],
    activityId: null,
    activityType: null,
    attempts: null,
    queue: row.queue,
    body: row.body,
    lastError: null,
    createdAt: iso(row.createdAt),
    deadAt: iso(row.createdAt),
  };
}

export function presentEvent({ id, kind, host, note, createdAt }: FederationEventRow): FederationEvent {
  return { id, kind, host, note, createdAt: iso(createdAt) };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : iso(time);
}
