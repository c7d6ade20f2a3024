import { describe, expect, test } from "vitest";
import { isAllowedAddress } from "../../../src/domain/remote/address-guard.ts";

const PUBLIC = "https://edgetube.example";

function allowed(address: string, publicUrl = PUBLIC): boolean {
  return isAllowedAddress(new URL(address), publicUrl);
}

describe("an instance on the internet", () => {
  test.each([
    "https://peertube.example/videos/1",
    "https://peertube.example:8443/",
    "https://93.184.216.34/",
    "https://[2606:2800:220:1::1]/",
    "https://xn--bcher-kva.example/",
  ])("asks %s", (address) => {
    expect(allowed(address)).toBe(true);
  });

  test.each([
    "http://peertube.example/",
    "ftp://peertube.example/",
    "https://user:secret@peertube.example/",
    "https://localhost/",
    "https://peertube.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://intranet/",
    "https://intranet./",
    "https://localhost./",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://192.0.0.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a00:1]/",
    "https://[::7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:53aa:64c:0:fbff:fff5:fffe]/",
    "https://[2001:db8::1]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
  ])("doesn't ask %s", (address) => {
    expect(allowed(address)).toBe(false);
  });
});

describe("an instance on one machine", () => {
  test.each(["http://127.0.0.1:9001/", "http://localhost:9001/", "http://[::1]:9001/", "http://192.168.1.5/", "https://peertube.example/"])(
    "asks %s",
    (address) => {
      expect(allowed(address, "http://127.0.0.1:9701")).toBe(true);
      expect(allowed(address, "https://localhost:8443")).toBe(true);
    },
  );

  test.each([
    "http://169.254.169.254/",
    "http://[fe80::1]/",
    "http://224.0.0.1/",
    "http://0.0.0.0/",
    "http://user@127.0.0.1/",
    "file:///etc/passwd",
  ])("doesn't ask %s", (address) => {
    expect(allowed(address, "http://127.0.0.1:9701")).toBe(false);
  });
});
