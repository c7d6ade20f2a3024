import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "vite";

// Which folder of src may import which: the arrows of the house (README, "Architecture").

type Layer = "worker" | "durable-objects" | "queue-consumers" | "domain" | "storage" | "protocol" | "contract" | "client";

const ALLOWED: Record<Layer, readonly Layer[]> = {
  worker: ["domain", "protocol", "contract"],
  // An object composes its own storage, which nobody else can reach.
  "durable-objects": ["domain", "storage", "protocol", "contract"],
  "queue-consumers": ["domain", "protocol", "contract"],
  domain: ["storage", "protocol", "contract"],
  storage: ["protocol", "contract"],
  protocol: [],
  contract: [],
  client: ["protocol", "contract"],
};

/** The Worker's entry hands out what the others export, and its composition root opens the bindings. */
const EXCEPTIONS: Record<string, readonly Layer[]> = {
  "worker/index.ts": ["durable-objects", "queue-consumers"],
  "worker/deps.ts": ["storage"],
};

/** Rows as the domain hands them on: a view may name their types, but not read them itself. */
const TYPES_ALLOWED: Partial<Record<Layer, readonly Layer[]>> = { worker: ["storage"] };

/** Packages and built-ins that only one place may import. */
const CONFINED: { specifier: RegExp; to: RegExp; because: string }[] = [
  { specifier: /^drizzle-orm(\/|$)/, to: /^storage\//, because: "SQL is written in src/storage alone" },
  { specifier: /^preact-render-to-string$/, to: /^worker\//, because: "pages are rendered by the Worker" },
  { specifier: /^cloudflare:/, to: /^(?:worker|durable-objects|queue-consumers)\//, because: "the platform is known to the shells alone" },
  {
    specifier: /^node:/,
    to: /^(?:worker|durable-objects|queue-consumers|domain|storage)\//,
    because: "protocol, contract and client run in browsers",
  },
];

/** What `source`, the text of `file` (a path below src), imports that it may not: one sentence each. */
export function findForbiddenImports(file: string, source: string): string[] {
  const problems: string[] = [];
  const layer = file.slice(0, file.indexOf("/")) as Layer;
  for (const { specifier, isType } of importsOf(file, source)) {
    if (specifier.startsWith(".")) {
      const target = relative("/src", resolve("/src", dirname(file), specifier));
      const targetLayer = target.slice(0, target.indexOf("/")) as Layer;
      // Outside src there is what the build makes (dist/client-*.json).
      if (!target.startsWith("..") && targetLayer !== layer && !mayImport(file, layer, targetLayer, isType)) {
        problems.push(`src/${file} imports ${specifier}: ${layer} may import ${ALLOWED[layer]?.join(", ") || "no other folder"}`);
      }
    }
    for (const { specifier: pattern, to, because } of CONFINED) {
      if (pattern.test(specifier) && !to.test(file)) {
        problems.push(`src/${file} imports ${specifier}: ${because}`);
      }
    }
  }
  return problems;
}

function mayImport(file: string, layer: Layer, target: Layer, isType: boolean): boolean {
  const lists = [ALLOWED[layer], EXCEPTIONS[file], isType ? TYPES_ALLOWED[layer] : undefined];
  return lists.some((list) => list?.includes(target));
}

/** Every import, re-export and import() of a literal; `isType` where it leaves nothing in the bundle. */
function importsOf(file: string, source: string): { specifier: string; isType: boolean }[] {
  const { module, errors } = parseSync(file, source);
  if (errors[0] !== undefined) {
    throw new Error(`src/${file}: ${errors[0].message}`);
  }
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => source.slice(moduleRequest.start, moduleRequest.end));
  return [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      isType: entries.length > 0 && entries.every((entry) => entry.isType),
    })),
    ...exported.flatMap(({ moduleRequest, isType }) => (moduleRequest === null ? [] : [{ specifier: moduleRequest.value, isType }])),
    ...dynamic.filter((text) => /^["']/.test(text)).map((text) => ({ specifier: text.slice(1, -1), isType: false })),
  ];
}

/** All forbidden imports below the folder `src`. */
export function checkImports(src: string): string[] {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"));
  return files.toSorted().flatMap((file) => findForbiddenImports(file.replaceAll("\\", "/"), readFileSync(join(src, file), "utf8")));
}
