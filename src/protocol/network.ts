/** The longest text of an address (RFC 4291, an IPv4 address in an IPv6 one). */
const MAX_ADDRESS_CHARACTERS = 45;

/**
 * An IPv4 address as it is; of an IPv6 address the /64, all of which one subscriber has. What is no address, where no
 * edge wrote the header, gives a text that is no longer than one.
 */
export function networkOf(address: string): string {
  const text = address.slice(0, MAX_ADDRESS_CHARACTERS).toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (mapped !== undefined) {
    return mapped;
  }
  if (!text.includes(":")) {
    return text;
  }
  const [head = "", tail] = text.split("::", 2);
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
