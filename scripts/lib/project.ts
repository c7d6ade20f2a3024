import { resolve } from "node:path";

/** The project's folder, wherever a script is called from. */
export const projectFolder = resolve(import.meta.dirname, "../..");

export function inProject(...parts: string[]): string {
  return resolve(projectFolder, ...parts);
}
