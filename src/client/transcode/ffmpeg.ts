import { ffmpegArguments } from "./ffmpeg-arguments";
import type { OutputFile } from "./output-file";
import { TranscodeError, type RenditionPlan, type SourceInfo } from "./types";

// Transcoding by ffmpeg compiled to WebAssembly, on one thread: some six times slower than ffmpeg on the machine itself,
// but it decodes what a browser doesn't and runs where WebCodecs is missing. It reads the source where it lies and
// writes straight to the output, so neither is held in memory.

const CORE_URL = "/vendor/ffmpeg-core.js";
/** Compressed, because an asset of a deployment may have 25 MiB. */
const WASM_URL = "/vendor/ffmpeg-core.wasm.gz";

interface StreamOps {
  write(stream: unknown, buffer: Uint8Array | Int8Array, offset: number, length: number, position?: number): number;
  llseek(stream: { position: number }, offset: number, whence: number): number;
}

interface FfmpegCore {
  exec(...args: string[]): number;
  ret: number;
  setLogger(logger: (line: { type: string; message: string }) => void): void;
  setProgress(progress: (state: { progress: number; time: number }) => void): void;
  FS: {
    mkdir(path: string): void;
    mount(filesystem: unknown, options: { blobs: { name: string; data: Blob }[] }, path: string): void;
    writeFile(path: string, data: Uint8Array): void;
    lookupPath(path: string): { node: { stream_ops: Record<string, unknown>; usedBytes: number } };
    filesystems: { WORKERFS: unknown };
  };
}

type CoreFactory = (options: { wasmBinary: ArrayBuffer }) => Promise<FfmpegCore>;

/** Blocks the worker while it runs: to cancel it, end the worker. */
export async function transcodeWithFfmpeg(
  source: Blob,
  sourceName: string,
  info: SourceInfo,
  plan: RenditionPlan,
  file: OutputFile,
  onProgress: (progress: number) => void,
): Promise<void> {
  const core = await loadCore();
  const log: string[] = [];
  core.setLogger(({ message }) => {
    log.push(message);
    if (log.length > 50) {
      log.shift();
    }
    // frame=  120 fps= 30 … time=00:00:04.00 …
    const time = /time=(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(message);
    if (time !== null) {
      const seconds = Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3]);
      onProgress(Math.max(0, Math.min(1, seconds / info.duration)));
    }
  });
  const extension = /\.[a-z0-9]{1,5}$/i.exec(sourceName)?.[0] ?? "";
  core.FS.mkdir("/in");
  core.FS.mount(core.FS.filesystems.WORKERFS, { blobs: [{ name: `source${extension}`, data: source }] }, "/in");
  redirectOutput(core, "/out.mp4", file);
  const code = core.exec(...ffmpegArguments(`/in/source${extension}`, "/out.mp4", info, plan));
  if (code !== 0) {
    console.warn("ffmpeg ended with", code, log.join("\n"));
    const said = log.findLast((line) => /error|invalid|could not|unknown|no such/i.test(line)) ?? `code ${code}`;
    throw new TranscodeError("failed", `The converter gave up: ${said.slice(0, 200)}`);
  }
}

/** Makes a file of the core's whose bytes go to `file` as they are written. */
function redirectOutput(core: FfmpegCore, path: string, file: OutputFile): void {
  core.FS.writeFile(path, new Uint8Array(0));
  const { node } = core.FS.lookupPath(path);
  let end = 0;
  const own: StreamOps = {
    write(_stream, buffer, offset, length, position = end) {
      file.write(new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset + offset, length), position);
      end = Math.max(end, position + length);
      node.usedBytes = end;
      return length;
    },
    llseek: (stream, offset, whence) => (whence === 1 ? stream.position + offset : whence === 2 ? end + offset : offset),
  };
  node.stream_ops = { ...node.stream_ops, ...own };
}

async function loadCore(): Promise<FfmpegCore> {
  try {
    const [module, wasmBinary] = await Promise.all([
      import(/* @vite-ignore */ new URL(CORE_URL, location.origin).href) as Promise<{ default: CoreFactory }>,
      loadWasm(),
    ]);
    return await module.default({ wasmBinary });
  } catch (error) {
    throw new TranscodeError(
      "engine-missing",
      `The converter couldn't be loaded (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

async function loadWasm(): Promise<ArrayBuffer> {
  const response = await fetch(WASM_URL);
  if (!response.ok || response.body === null) {
    throw new Error(`${WASM_URL} answered ${response.status}`);
  }
  const bytes = await response.arrayBuffer();
  // A server may have inflated it on the way (Content-Encoding).
  const isCompressed = new Uint8Array(bytes, 0, 2).join() === "31,139";
  return isCompressed ? await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer() : bytes;
}
