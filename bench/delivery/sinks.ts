import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

// Other instances, all in this process: every address of 127.0.0.0/8 is this machine's, and each is a host. Started by run.ts,
// which it tells by messages where it listens and what has arrived.

/** What an inbox does, by the second part of its address: 127.1.x.y answers at once, 127.2.x.y late, 127.3.x.y never. */
const SLOW_MS = 5000;

export interface Arrival {
  host: string;
  /** The activity's id. */
  id: string;
  /** Milliseconds since 1970, when the request was there as a whole. */
  at: number;
}

export type SinkMessage = { kind: "listening"; port: number } | { kind: "arrivals"; arrivals: Arrival[]; requests: number };

let arrivals: Arrival[] = [];
let requests = 0;

function handle(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    requests += 1;
    const host = request.headers.host ?? "";
    if (!host.startsWith("127.3.")) {
      arrivals.push({ host, id: idOf(Buffer.concat(chunks)), at: Date.now() });
    }
    if (host.startsWith("127.1.")) {
      response.writeHead(204).end();
    } else if (host.startsWith("127.2.")) {
      setTimeout(() => response.writeHead(204).end(), SLOW_MS);
    }
  });
}

function idOf(body: Buffer): string {
  const id = /"id":"([^"]+)"/.exec(body.toString("utf8"))?.[1];
  return id ?? "";
}

const server = createServer(handle);
server.listen({ port: 0, host: "0.0.0.0", backlog: 4096 }, () => {
  const address = server.address();
  tell({ kind: "listening", port: address !== null && typeof address === "object" ? address.port : 0 });
});

process.on("message", (message) => {
  if (message === "take") {
    tell({ kind: "arrivals", arrivals, requests });
    arrivals = [];
    requests = 0;
  }
});
process.on("disconnect", () => process.exit(0));

function tell(message: SinkMessage): void {
  process.send?.(message);
}
