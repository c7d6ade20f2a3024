import { idOf } from "../activitystreams/ids";
import type { JsonObject } from "../activitystreams/types";

/**
 * GoToSocial's keys have addresses of their own, where the key stands alone or within a cut-down actor. Gives the id of the
 * actor that a document says the key is of; undefined where it isn't one of a key.
 */
export function keyOwnerOf(document: JsonObject): string | undefined {
  const { publicKey } = document;
  if (typeof publicKey === "object" && publicKey !== null && !Array.isArray(publicKey)) {
    return idOf(publicKey["owner"]) ?? idOf(document["id"]);
  }
  return "publicKeyPem" in document || "publicKeyMultibase" in document
    ? (idOf(document["owner"]) ?? idOf(document["controller"]))
    : undefined;
}
