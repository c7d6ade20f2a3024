import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inProject } from "../../scripts/lib/project.ts";
import { freePort, startInstance } from "../../test/support/instance.ts";
import { startBareWorker } from "./bare-worker.ts";
import { openUpload, signIn } from "./client.ts";
import { measureIsolate, measureMemory, workerdOnPort } from "./memory.ts";
import { putRange } from "./put-range.ts";

// npm run bench -- upload [--size MIB]: how fast a file gets in, and what memory it takes, beside a bare Worker that
// writes the same bytes to R2 in the same kind of runtime. Each row has a runtime of its own, warmed by a small upload.

const MIB = 1024 * 1024;
const WARM_UP_BYTES = 40 * MIB;

interface Row {
  what: string;
  seconds: number;
  /** Bytes that workerd grew beyond what it had when idle, at most. */
  growth: number;
  /** Bytes of the Worker's isolate, heap and buffers, at most. */
  isolate: number;
}

const { values } = parseArgs({ options: { size: { type: "string", default: "1024" } } });
const size = Number(values.size) * MIB;
const clip = await readFile(inProject("test/fixtures/faststart.mp4"));

const rows = [
  await measureInstance("Edgetube, one PUT", size),
  await measureInstance("Edgetube, PUTs of 5 MiB", 5 * MIB),
  await measureBareWorker("bare Worker, R2 parts of 5 MiB"),
];

console.log(`\nA file of ${values.size} MiB into an instance on this machine; isolate is the memory of the Worker and its objects
(on the edge at most 128 MB), growth that of the whole workerd, its R2 and D1 in it, over idle.\n`);
console.log("| what | MiB/s | seconds | isolate, peak MiB | workerd's growth, peak MiB |\n| --- | ---: | ---: | ---: | ---: |");
for (const { what, seconds, growth, isolate } of rows) {
  console.log(
    `| ${what} | ${(size / MIB / seconds).toFixed(0)} | ${seconds.toFixed(1)} | ${(isolate / MIB).toFixed(0)} | ${(growth / MIB).toFixed(0)} |`,
  );
}

async function measureInstance(what: string, chunk: number): Promise<Row> {
  const inspector = await freePort();
  const instance = await startInstance({ testProfile: false, env: { INSPECTOR_PORT: String(inspector) } });
  try {
    const session = await signIn(instance.url);
    const send = async (bytes: number) => {
      const location = await openUpload(session, bytes);
      for (let start = 0; start < bytes; start += chunk) {
        const end = Math.min(bytes, start + chunk);
        const status = await putRange(location, { start, end, total: bytes, head: clip, authorization: session.authorization });
        if (status !== (end === bytes ? 200 : 308)) {
          throw new Error(`${what}: ${status} for bytes ${start} to ${end}`);
        }
      }
    };
    return await measure(what, { port: instance.port, inspector }, send);
  } finally {
    await instance.stop();
  }
}

async function measureBareWorker(what: string): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), "edgetube-bench-"));
  const port = await freePort();
  const inspector = await freePort();
  const worker = await startBareWorker({ port, inspector, folder });
  try {
    return await measure(what, { port, inspector }, async (bytes) => {
      const status = await putRange(`http://127.0.0.1:${port}/`, { start: 0, end: bytes, total: bytes, head: clip, authorization: "" });
      if (status !== 200) {
        throw new Error(`${what}: ${status}`);
      }
    });
  } finally {
    await worker.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  what: string,
  { port, inspector }: { port: number; inspector: number },
  send: (bytes: number) => Promise<void>,
): Promise<Row> {
  await send(Math.min(size, WARM_UP_BYTES));
  const memory = measureMemory(await workerdOnPort(port));
  const isolate = await measureIsolate(inspector);
  const begun = performance.now();
  await send(size);
  const seconds = (performance.now() - begun) / 1000;
  return { what, seconds, growth: memory.stop(), isolate: isolate.stop() };
}
