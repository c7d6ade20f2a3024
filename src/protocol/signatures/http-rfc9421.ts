import { contentDigestOf, headerOf, type HttpMessage, type MessageToSign } from "./http-message";
import { RSA_ALGORITHM, toBase64 } from "./keys";

// HTTP message signatures (RFC 9421), as much of them as servers of the fediverse use: one or more labelled signatures over
// header fields and derived components without parameters.

const LABEL = "sig1";

/** The headers of a signed request, those given among them; the key is RSA. */
export async function signRfc9421(message: MessageToSign): Promise<Record<string, string>> {
  const url = new URL(message.url);
  const headers: Record<string, string> = { ...message.headers, host: url.host, date: message.now.toUTCString() };
  if (message.body !== undefined) {
    headers["content-digest"] = await contentDigestOf(new TextEncoder().encode(message.body));
  }
  const components = ["@method", "@target-uri", ...(message.body === undefined ? [] : ["content-digest"])];
  const created = Math.floor(message.now.getTime() / 1000);
  const list = components.map((component) => `"${component}"`).join(" ");
  const parameters = `(${list});created=${created};keyid="${message.keyId}";alg="rsa-v1_5-sha256"`;
  const base = signatureBase({ method: message.method, url: message.url, headers }, components, parameters);
  const signature = await crypto.subtle.sign(RSA_ALGORITHM.name, message.privateKey, new TextEncoder().encode(base ?? ""));
  headers["signature-input"] = `${LABEL}=${parameters}`;
  headers["signature"] = `${LABEL}=:${toBase64(new Uint8Array(signature))}:`;
  return headers;
}

export interface Rfc9421Signature {
  keyId: string;
  /** As `alg` gives it; empty where the key tells. */
  algorithm: string;
  components: string[];
  /** The member of `Signature-Input` as it was sent: it is signed itself. */
  parameters: string;
  /** Base64. */
  signature: string;
  created?: number;
  expires?: number;
}

const MAX_HEADER_CHARACTERS = 8192;

/** Reads `Signature-Input` and `Signature`: the first label that both have and that names a key. Undefined for anything else. */
export function parseRfc9421(input: string, signature: string): Rfc9421Signature | undefined {
  if (input.length > MAX_HEADER_CHARACTERS || signature.length > MAX_HEADER_CHARACTERS) {
    return undefined;
  }
  const inputs = splitDictionary(input);
  const signatures = splitDictionary(signature);
  for (const [label, parameters] of inputs ?? []) {
    const value = /^:([A-Za-z0-9+/]+=*):$/.exec(signatures?.get(label) ?? "")?.[1];
    const parsed = value === undefined ? undefined : parseInput(parameters, value);
    if (parsed !== undefined) {
      return parsed;
    }
  }
  return undefined;
}

function parseInput(text: string, signature: string): Rfc9421Signature | undefined {
  const match = /^\(((?:"[a-z0-9@_-]+"(?: +"[a-z0-9@_-]+")*)?)\)((?:;[a-z*][a-z0-9_*.-]*=(?:"(?:[^"\\]|\\["\\])*"|-?\d{1,15}))*)$/.exec(
    text,
  );
  if (match === null) {
    return undefined;
  }
  const components = (match[1] ?? "")
    .split(/ +/)
    .filter((part) => part !== "")
    .map((part) => part.slice(1, -1));
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, number] of (match[2] ?? "").matchAll(/;([^=;]+)=(?:"((?:[^"\\]|\\["\\])*)"|(-?\d+))/g)) {
    parameters.set(name, quoted?.replace(/\\(["\\])/g, "$1") ?? number ?? "");
  }
  const keyId = parameters.get("keyid");
  const created = parameters.get("created");
  const expires = parameters.get("expires");
  if (!keyId || new Set(components).size !== components.length) {
    return undefined;
  }
  return {
    keyId,
    algorithm: parameters.get("alg") ?? "",
    components,
    parameters: text,
    signature,
    ...(created !== undefined && { created: Number(created) }),
    ...(expires !== undefined && { expires: Number(expires) }),
  };
}

/** The members of a dictionary field (RFC 8941, section 3.2) as they stand, by their keys; undefined for what isn't one. */
function splitDictionary(text: string): Map<string, string> | undefined {
  const members = new Map<string, string>();
  const pattern = /[ \t]*([a-z*][a-z0-9_*.-]*)=((?:"(?:[^"\\]|\\["\\])*"|[^",])*?)[ \t]*(?:,|$)/y;
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      return undefined;
    }
    members.set(match[1] ?? "", match[2] ?? "");
    at = pattern.lastIndex;
  }
  return members;
}

/** What is signed (RFC 9421, section 2.5); undefined where a component isn't there or isn't known. */
export function signatureBase(message: HttpMessage, components: string[], parameters: string): string | undefined {
  const lines: string[] = [];
  for (const component of components) {
    const value = component.startsWith("@") ? derived(message, component) : headerOf(message.headers, component)?.trim();
    if (value === undefined) {
      return undefined;
    }
    lines.push(`"${component}": ${value}`);
  }
  return [...lines, `"@signature-params": ${parameters}`].join("\n");
}

function derived({ method, url: text }: HttpMessage, component: string): string | undefined {
  const url = new URL(text);
  switch (component) {
    case "@method":
      return method.toUpperCase();
    case "@target-uri":
      return url.href;
    case "@authority":
      return url.host;
    case "@scheme":
      return url.protocol.slice(0, -1);
    case "@request-target":
      return url.pathname + url.search;
    case "@path":
      return url.pathname;
    case "@query":
      return url.search === "" ? "?" : url.search;
    default:
      return undefined;
  }
}
