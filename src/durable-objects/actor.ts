// PLACEHOLDER: replaced by its helper.
import { DurableObject } from "cloudflare:workers";
import type { ActorObject } from "../domain/actors/actor-object";
export class Actor extends DurableObject<Env> {}
export interface Actor extends ActorObject {}
