import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unpackFields } from "../../../src/worker/middleware/form-fields";

function unpack(query: string) {
  return unpackFields(new URLSearchParams(query));
}

describe("unpackFields", () => {
  it.each([
    ["name=a&empty=", { name: "a", empty: "" }],
    ["tags[0]=b&tags[1]=c", { tags: ["b", "c"] }],
    ["tags[1]=c&tags[0]=b", { tags: ["b", "c"] }],
    ["tags[10]=c&tags[9]=b", { tags: ["b", "c"] }],
    ["tags[]=b&tags[]=c", { tags: ["b", "c"] }],
    ["tags=b&tags=c", { tags: ["b", "c"] }],
    ["scheduleUpdate[updateAt]=x&scheduleUpdate[privacy]=1", { scheduleUpdate: { updateAt: "x", privacy: "1" } }],
    ["list[0][a]=1&list[1][a]=2", { list: [{ a: "1" }, { a: "2" }] }],
    ["a%5B0%5D=1", { a: ["1"] }],
  ])("%s", (query, fields) => {
    expect(unpack(query)).toEqual(fields);
  });

  it.each(["a=1&a[b]=2", "a[=1", "[a]=1", "a[b]c=1", "a[b][c][d][e]=1", "__proto__[x]=1", "a[constructor]=1", "=1"])(
    "refuses %s",
    (query) => {
      expect(unpack(query)).toBeUndefined();
    },
  );

  it("refuses endless lists", () => {
    expect(unpack(Array.from({ length: 101 }, (_, i) => `a[${i}]=1`).join("&"))).toBeUndefined();
    expect(unpack("a=1&".repeat(101))).toBeUndefined();
  });

  it("never throws and never touches prototypes, whatever the keys", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.stringMatching(/^[a[\]0-9_.]{0,12}$/), fc.string())), (entries) => {
        unpackFields(entries);
        return Object.keys(Object.prototype).length === 0;
      }),
    );
  });
});
