import { readFileSync, writeFileSync } from "node:fs";
import { inProject } from "./lib/project.ts";

// After `npm install`: names in package-lock.json every optional binary of another platform, which npm leaves out where the
// registry in use doesn't have it; `npm ci` would then refuse the lock file everywhere. Nothing is downloaded for them.

interface LockedPackage {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const SYSTEMS: Record<string, string> = { windows: "win32" };
const PROCESSORS: Record<string, string> = { "64": "x64", gnueabihf: "arm", musleabihf: "arm", eabi: "arm" };

const file = inProject("package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, LockedPackage> };
const added: string[] = [];
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = /(?:^|[/-])(android|darwin|freebsd|linux|openharmony|windows|win32)-([a-z0-9]+)(?:-(\w+))?$/.exec(name);
    // Only binaries that are pinned; anything else has to come from the registry.
    if (platform !== null && /^\d/.test(version) && lock.packages[path] === undefined) {
      const [, system = "", processor = "", variant] = platform;
      lock.packages[path] = {
        version,
        cpu: [PROCESSORS[processor] ?? processor],
        ...(owner.dev && { dev: true }),
        ...(system === "linux" && (variant === "gnu" || variant === "musl") && { libc: [variant === "gnu" ? "glibc" : "musl"] }),
        optional: true,
        os: [SYSTEMS[system] ?? system],
      };
      added.push(`${name}@${version}`);
    }
  }
}
const [root = ["", {}], ...others] = Object.entries(lock.packages);
lock.packages = Object.fromEntries([root, ...others.toSorted(([a], [b]) => a.localeCompare(b, "en"))]);
writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(added.length === 0 ? "The lock file is complete." : `Added ${added.length}: ${added.join(" ")}`);
