import ipaddr from "ipaddr.js";

// Which addresses this instance asks anything of: nobody may have it knock at doors that only its own network can reach. A name
// that leads to such an address can't be told from here; the edge's own fetch reaches no private network.

/** Names that mean nothing on the public internet (RFC 6761, RFC 6762, ICANN's `.internal`). */
const LOCAL_NAMES = /(?:^|\.)(?:localhost|local|internal|lan|home|corp|localdomain|intranet|arpa)$/;
/** What even an instance on one machine has no peer at; 169.254.169.254 tells a cloud's machine its secrets. */
const NEVER: readonly string[] = ["linkLocal", "multicast", "broadcast", "unspecified"];

/**
 * Whether other instances may be at an address: https, without a user, at a public name or IP. An instance that is itself at
 * an http or loopback address (on one machine, for trying and testing) talks to its own network too.
 */
export function isAllowedAddress(url: URL, publicUrl: string): boolean {
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") {
    return false;
  }
  const address = addressOf(url.hostname);
  if (isLocalInstance(publicUrl)) {
    return address === undefined || !NEVER.includes(address.range());
  }
  return url.protocol === "https:" && (address === undefined ? isPublicName(url.hostname) : isPublicAddress(address));
}

function isLocalInstance(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "http:" || hostname === "localhost" || addressOf(hostname)?.range() === "loopback";
}

function isPublicName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, "");
  return name.includes(".") && !LOCAL_NAMES.test(name);
}

/** Of IPv6 only what is given out (2000::/3): the rest holds IPv4 addresses in old forms, and nothing public. */
function isPublicAddress(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const isGivenOut = address.kind() === "ipv4" || address.match(ipaddr.IPv6.parseCIDR("2000::/3"));
  return isGivenOut && address.range() === "unicast";
}

/** The IP address that a URL's host is, one in IPv6 that means an IPv4 address as that one. The URL Standard has made `0x7f.1` and the like `127.0.0.1`. */
function addressOf(hostname: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const text = hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}
