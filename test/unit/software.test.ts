import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SOFTWARE } from "../../src/protocol/software";

test("the version that other instances are told is the package's", () => {
  const { name, version } = JSON.parse(readFileSync("package.json", "utf8")) as { name: string; version: string };
  expect(SOFTWARE).toMatchObject({ name, version });
});
