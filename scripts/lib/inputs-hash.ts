import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inProject } from "./project.ts";

/**
 * SHA-256 (hex) over the names and contents of the given files and folders of the project; one that isn't there counts
 * as empty. Contents rather than times: a fresh checkout or a `touch` builds nothing anew.
 */
export function hashInputs(paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesUnder(path)) {
      hash.update(`${file}\0`);
      hash.update(readFileSync(inProject(file)));
      hash.update("\0");
    }
  }
  return hash.digest("hex");
}

function filesUnder(path: string): string[] {
  if (!existsSync(inProject(path))) {
    return [];
  }
  if (!statSync(inProject(path)).isDirectory()) {
    return [path];
  }
  return readdirSync(inProject(path))
    .toSorted()
    .flatMap((name) => filesUnder(join(path, name)));
}
