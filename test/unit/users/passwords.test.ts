import { describe, expect, it } from "vitest";
import { hashPassword, pretendToVerify, verifyPassword } from "../../../src/domain/users/passwords";

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

// Hashing is slow by purpose, and slower while other tests run.
describe("passwords", { timeout: 60_000 }, () => {
  it("are hashed with a fresh salt each time, as PHC strings", async () => {
    const [first, second] = await Promise.all([hashPassword("pass word ä"), hashPassword("pass word ä")]);
    expect(first).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(second).not.toBe(first);
    expect(await verifyPassword("pass word ä", first)).toBe(true);
    expect(await verifyPassword("pass word ä".normalize("NFD"), first)).toBe(true);
    expect(await verifyPassword("pass word a", first)).toBe(false);
    expect(await verifyPassword("", first)).toBe(false);
  });

  it("made with other parameters are still verified", async () => {
    // RFC 7914's test vector, cut to 32 bytes: N = 1024, r = 8, p = 16, salt "NaCl".
    const hash = "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI";
    expect(await verifyPassword("password", hash)).toBe(true);
    expect(await verifyPassword("Password", hash)).toBe(false);
  });

  it("of nobody take as long to refuse as somebody's", async () => {
    const hash = await hashPassword("x");
    const real: number[] = [];
    const pretended: number[] = [];
    for (let i = 0; i < 3; i++) {
      real.push(await timeOf(() => verifyPassword("y", hash)));
      pretended.push(await timeOf(() => pretendToVerify("y")));
    }
    const fastest = (times: number[]) => Math.min(...times);
    expect(fastest(pretended) / fastest(real)).toBeGreaterThan(0.4);
    expect(fastest(pretended) / fastest(real)).toBeLessThan(2.5);
  });
});
