import { describe, expect, it } from "vitest";
import { networkOf } from "../../../src/protocol/network";

describe("networkOf", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("%s is counted as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

it("what is no address stays short: objects take it as a tag of at most 256 characters", () => {
  for (const text of ["x".repeat(5000), "a:".repeat(5000), `::${"1".repeat(5000)}`, ":".repeat(5000), ""]) {
    expect(networkOf(text).length).toBeLessThanOrEqual(64);
  }
});
