import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import type { V4WorkerOptions } from "miniflare";
import { persistFolder } from "./settings.ts";
import type { Settings } from "./settings.ts";

/** Starts workerd without wrangler's development proxy. Nothing here asks the internet for anything. */
export function startRuntime(settings: Settings, worker: V4WorkerOptions, bindings: Record<string, string>): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      host: settings.host,
      port: settings.port,
      ...(settings.inspectorPort !== undefined && { inspectorPort: settings.inspectorPort }),
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: persistFolder(settings),
      cf: false,
      telemetry: { enabled: false },
      unsafeLocalExplorer: false,
      unsafeObservability: false,
      handleStructuredLogs: logFromWorker,
      workers: [{ ...worker, bindings: { ...worker.bindings, ...bindings }, queueConsumers: inLargeBatches(worker.queueConsumers) }],
    }),
  );
}

/** The edge runs many consumers of a queue side by side, this runtime one: it gets all that waits at once. */
function inLargeBatches(consumers: V4WorkerOptions["queueConsumers"]): V4WorkerOptions["queueConsumers"] {
  return Array.isArray(consumers) || consumers === undefined
    ? consumers
    : Object.fromEntries(Object.entries(consumers).map(([queue, options]) => [queue, { ...options, maxBatchSize: 100 }]));
}

/** A runtime that holds the database alone and listens on a free port of this machine: for what comes before the start. */
export function startDatabase(settings: Settings, worker: V4WorkerOptions): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: persistFolder(settings),
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "edgetube",
          modules: true,
          script: "export default { fetch: () => new Response(null, { status: 404 }) };",
          compatibilityDate: worker.compatibilityDate,
          d1Databases: worker.d1Databases,
        },
      ],
    }),
  );
}

function logFromWorker({ level, message }: { level: string; message: string }): void {
  if (level === "error" || level === "warn") {
    console.error(message);
  } else {
    console.log(message);
  }
}
