import { digestOf, headerOf, type HttpMessage, type MessageToSign } from "./http-message";
import { RSA_ALGORITHM, toBase64 } from "./keys";

// HTTP signatures as the fediverse has them (draft-cavage-http-signatures-12), rsa-sha256.

/**
 * The headers of a signed request, those given among them. PeerTube signs and checks the path without its query; every other
 * server that we know takes a GET's either way and never sees a query on an inbox, so the whole target is signed.
 */
export async function signCavage(message: MessageToSign): Promise<Record<string, string>> {
  const url = new URL(message.url);
  const headers: Record<string, string> = { ...message.headers, host: url.host, date: message.now.toUTCString() };
  if (message.body !== undefined) {
    headers["digest"] = await digestOf(new TextEncoder().encode(message.body));
  }
  const names = ["(request-target)", "host", "date", ...(message.body === undefined ? [] : ["digest"])];
  const text = signingString({ method: message.method, url: message.url, headers }, names, {}, "whole");
  const signature = await crypto.subtle.sign(RSA_ALGORITHM.name, message.privateKey, new TextEncoder().encode(text ?? ""));
  const value = toBase64(new Uint8Array(signature));
  headers["signature"] = `keyId="${message.keyId}",algorithm="rsa-sha256",headers="${names.join(" ")}",signature="${value}"`;
  return headers;
}

export interface CavageSignature {
  keyId: string;
  algorithm: string;
  /** Covered names, in order. */
  covered: string[];
  signature: string;
  /** Seconds, as they were written: they are signed so. */
  created?: string;
  expires?: string;
}

const MAX_HEADER_CHARACTERS = 8192;

/** Reads a `Signature` header's value, or an `Authorization`'s that begins with `Signature `. Undefined for what isn't one. */
export function parseCavage(value: string): CavageSignature | undefined {
  if (value.length > MAX_HEADER_CHARACTERS) {
    return undefined;
  }
  const parameters = new Map<string, string>();
  const rest = value.replace(/^\s*Signature\s+/i, "");
  const pattern = /\s*([A-Za-z]+)=(?:"([^"]*)"|(\d+(?:\.\d+)?))\s*(,|$)/y;
  let at = 0;
  while (at < rest.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(rest);
    const name = match?.[1];
    if (match === null || name === undefined || parameters.has(name)) {
      return undefined;
    }
    parameters.set(name, match[2] ?? match[3] ?? "");
    at = pattern.lastIndex;
  }
  const keyId = parameters.get("keyId");
  const signature = parameters.get("signature");
  const created = parameters.get("created");
  const expires = parameters.get("expires");
  if (!keyId || !signature || ![created, expires].every((time) => time === undefined || SECONDS.test(time))) {
    return undefined;
  }
  return {
    keyId,
    signature,
    algorithm: (parameters.get("algorithm") ?? "").toLowerCase(),
    covered: (parameters.get("headers") ?? "date")
      .toLowerCase()
      .split(/\s+/)
      .filter((name) => name !== ""),
    ...(created !== undefined && { created }),
    ...(expires !== undefined && { expires }),
  };
}

/** The draft allows fractions for `expires`. */
const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/;

/** What was signed, with the request's target whole or by its path alone; undefined where a covered header isn't there. */
export function signingString(
  message: HttpMessage,
  covered: string[],
  times: { created?: string; expires?: string },
  target: "whole" | "path",
): string | undefined {
  const url = new URL(message.url);
  const lines: string[] = [];
  for (const name of covered) {
    const value =
      name === "(request-target)"
        ? `${message.method.toLowerCase()} ${target === "whole" ? url.pathname + url.search : url.pathname}`
        : name === "(created)"
          ? times.created
          : name === "(expires)"
            ? times.expires
            : headerOf(message.headers, name)?.trim();
    if (value === undefined) {
      return undefined;
    }
    lines.push(`${name}: ${value}`);
  }
  return lines.join("\n");
}
