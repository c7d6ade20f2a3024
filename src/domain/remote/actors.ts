import type { JsonObject } from "../../protocol/activitystreams/types";
import type { ActorRow } from "../../storage/d1/schema-federation";
import type { Deps } from "../deps";
import type { Result } from "../result";
import type { RemoteRefusal } from "./refusal";

export interface ResolvedKey {
  actor: ActorRow;
  /** RSA, SPKI. */
  pem?: string;
  /** Ed25519. */
  multibase?: string;
}

export async function resolveActor(_deps: Deps, _url: string, _options?: { refresh?: boolean }): Promise<Result<ActorRow, RemoteRefusal>> {
  throw new Error("resolveActor isn't built yet");
}
export async function resolveKey(_deps: Deps, _keyId: string, _options?: { refresh?: boolean }): Promise<Result<ResolvedKey, RemoteRefusal>> {
  throw new Error("resolveKey isn't built yet");
}
/** `name@host`, with an @ before it or not. */
export async function resolveHandle(_deps: Deps, _handle: string): Promise<Result<ActorRow, RemoteRefusal>> {
  throw new Error("resolveHandle isn't built yet");
}
/** The Application actor of a host (`example.org` or `example.org:8443`). */
export async function resolveInstance(_deps: Deps, _host: string): Promise<Result<ActorRow, RemoteRefusal>> {
  throw new Error("resolveInstance isn't built yet");
}
/** Applies an Update of an actor; whoever calls knows that the actor, or its host, said it. */
export async function updateActorFrom(_deps: Deps, _document: JsonObject): Promise<Result<ActorRow, RemoteRefusal>> {
  throw new Error("updateActorFrom isn't built yet");
}
/** Removes a remote actor with its account or channel and all its videos, as after a Delete of it. */
export async function removeActor(_deps: Deps, _actor: ActorRow): Promise<void> {
  throw new Error("removeActor isn't built yet");
}
export async function refreshActor(_deps: Deps, _actorUrl: string): Promise<void> {
  throw new Error("refreshActor isn't built yet");
}
