import { expect, it } from "vitest";
import { parseHandle } from "../../../src/protocol/handles";

it.each([
  ["root", { name: "root", host: null }],
  ["@root", { name: "root", host: null }],
  ["root@here.test:9000", { name: "root", host: null }],
  ["root@HERE.test:9000", { name: "root", host: null }],
  ["ada@There.test", { name: "ada", host: "there.test" }],
  ["", undefined],
  ["@", undefined],
  ["a@b@c", undefined],
  ["a b", undefined],
])("reads the handle %j", (text, handle) => {
  expect(parseHandle(text, "here.test:9000")).toEqual(handle);
});
