import type { DeadLetter, FederationEvent, FederationHost, FederationSummary, ReplayedLetters } from "../../contract/federation-admin";
import type { AskedFollow, BlockedServer, CustomConfig, CustomConfigChange, Follow } from "../../contract/follow";
import type { ListResponse } from "../../contract/video";
import { call, callJson } from "../session/call";

// What the administrator's page of federation asks and does. All throw an Error whose message is for the user.

export const PAGE_SIZE = 20;
const SERVER = "/api/v1/server";

function pageQuery(page: number, more: Record<string, string> = {}): string {
  const given = Object.entries(more).filter(([, value]) => value !== "");
  return new URLSearchParams([["start", String((page - 1) * PAGE_SIZE)], ["count", String(PAGE_SIZE)], ...given]).toString();
}

export interface FollowFilter {
  search: string;
  state: string;
  scope: string;
}

export async function loadFollowers(page: number, filter: FollowFilter): Promise<ListResponse<Follow>> {
  return await callJson(`${SERVER}/followers?${pageQuery(page, { ...filter, sort: "-createdAt" })}`);
}

export async function loadFollowing(page: number, search: string): Promise<ListResponse<Follow>> {
  return await callJson(`${SERVER}/following?${pageQuery(page, { search, sort: "-createdAt" })}`);
}

export async function loadAsked(): Promise<ListResponse<AskedFollow>> {
  return await callJson(`${SERVER}/following/asked`);
}

/** What somebody wrote or pasted, one host, handle or address a line. */
export function targetsOf(text: string): { hosts: string[]; handles: string[] } {
  const lines = text.split(/[\s,;]+/).filter((line) => line !== "");
  // A bare address of an instance is its host.
  const isHandle = (line: string) => line.includes("@") || /^https?:\/\/[^/]+\/./i.test(line);
  return { hosts: lines.filter((line) => !isHandle(line)), handles: lines.filter(isHandle) };
}

export async function follow(text: string): Promise<void> {
  await call(`${SERVER}/following`, { method: "POST", body: targetsOf(text) });
}

export async function retryFollow(target: string): Promise<void> {
  await call(`${SERVER}/following/${encodeURIComponent(target)}/retry`, { method: "POST" });
}

export async function unfollow(target: string): Promise<void> {
  await call(`${SERVER}/following/${encodeURIComponent(target)}`, { method: "DELETE" });
}

export type Decision = "accept" | "reject" | "remove";

/** `target`: the name of whose follower it is, where that isn't the instance. */
export async function decideFollower(handle: string, decision: Decision, target: string | undefined): Promise<void> {
  const path = `${SERVER}/followers/${encodeURIComponent(handle)}`;
  const query = target === undefined ? "" : `?target=${encodeURIComponent(target)}`;
  await (decision === "remove" ? call(path + query, { method: "DELETE" }) : call(`${path}/${decision}${query}`, { method: "POST" }));
}

export async function rejectAll(): Promise<void> {
  await call(`${SERVER}/followers/reject-all`, { method: "POST" });
}

export async function loadConfig(): Promise<CustomConfig> {
  return await callJson("/api/v1/config/custom");
}

export async function saveConfig(change: CustomConfigChange): Promise<CustomConfig> {
  return (await (await call("/api/v1/config/custom", { method: "PUT", body: change })).json()) as CustomConfig;
}

export async function loadBlocked(page: number, search: string): Promise<ListResponse<BlockedServer>> {
  return await callJson(`${SERVER}/blocklist/servers?${pageQuery(page, { search })}`);
}

export async function block(host: string): Promise<void> {
  await call(`${SERVER}/blocklist/servers`, { method: "POST", body: { host } });
}

export async function unblock(host: string): Promise<void> {
  await call(`${SERVER}/blocklist/servers/${encodeURIComponent(host)}`, { method: "DELETE" });
}

export async function loadSummary(): Promise<FederationSummary> {
  return await callJson(`${SERVER}/federation/summary`);
}

export async function loadHosts(page: number, search: string): Promise<ListResponse<FederationHost>> {
  return await callJson(`${SERVER}/federation/hosts?${pageQuery(page, { search })}`);
}

export async function wakeHost(host: string): Promise<void> {
  await call(`${SERVER}/federation/hosts/${encodeURIComponent(host)}/wake`, { method: "POST" });
}

export async function loadDeadLetters(page: number): Promise<ListResponse<DeadLetter>> {
  return await callJson(`${SERVER}/federation/dead-letters?${pageQuery(page)}`);
}

export async function replayLetter(id: string): Promise<void> {
  await call(`${SERVER}/federation/dead-letters/${id}/replay`, { method: "POST" });
}

export async function replayAllLetters(): Promise<number> {
  const response = await call(`${SERVER}/federation/dead-letters/replay-all`, { method: "POST" });
  return ((await response.json()) as ReplayedLetters).replayed;
}

export async function deleteLetter(id: string): Promise<void> {
  await call(`${SERVER}/federation/dead-letters/${id}`, { method: "DELETE" });
}

export async function loadEvents(page: number): Promise<ListResponse<FederationEvent>> {
  return await callJson(`${SERVER}/federation/events?${pageQuery(page)}`);
}
