import ipaddr from "ipaddr.js";

// Which addresses this instance asks anything of: nobody may have it knock at doors that only its own network can reach.

/** Names that mean nothing on the public internet (RFC 6761, RFC 6762, ICANN's `.internal`). */
const LOCAL_NAMES = /(?:^|\.)(?:localhost|local|internal|lan|home|corp|localdomain|intranet|home\.arpa)$/;

/**
 * Whether other instances may be at an address: https, without a user, at a public name or IP. An instance that is itself at
 * an http or loopback address (on one machine, for trying and testing) talks to every address.
 */
export function isAllowedAddress(url: URL, publicUrl: string): boolean {
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.username !== "" || url.password !== "") {
    return false;
  }
  if (isLocalInstance(publicUrl)) {
    return true;
  }
  return url.protocol === "https:" && isPublicHost(url.hostname);
}

function isLocalInstance(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "http:" || hostname === "localhost" || addressOf(hostname)?.range() === "loopback";
}

function isPublicHost(hostname: string): boolean {
  const address = addressOf(hostname);
  if (address !== undefined) {
    return address.range() === "unicast";
  }
  const name = hostname.toLowerCase().replace(/\.$/, "");
  return name.includes(".") && !LOCAL_NAMES.test(name);
}

/** The IP address that a URL's host is, one in IPv6 that means an IPv4 address as that one. The URL Standard has made `0x7f.1` and the like `127.0.0.1`. */
function addressOf(hostname: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const text = hostname.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}
