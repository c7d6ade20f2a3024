import { request } from "node:http";

const WRITE_BYTES = 1024 * 1024;

export interface RangeToPut {
  start: number;
  end: number;
  total: number;
  /** The file begins with these bytes, an MP4; a `free` box fills it up. */
  head: Buffer;
  authorization: string;
}

/** Sends a part of a file that is made on the way; gives the status of the answer. */
export async function putRange(url: string, { start, end, total, head, authorization }: RangeToPut): Promise<number> {
  const box = Buffer.alloc(8);
  box.writeUInt32BE(total - head.byteLength, 0);
  box.write("free", 4, "latin1");
  const beginning = Buffer.concat([head, box]);
  return await new Promise((resolve, reject) => {
    const headers = { authorization, "content-length": end - start, "content-range": `bytes ${start}-${end - 1}/${total}` };
    const sending = request(url, { method: "PUT", headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sending.on("error", reject);
    let at = start;
    function write(): void {
      while (at < end) {
        // Differs from block to block, so that nothing on the way can save work.
        const bytes = Buffer.alloc(Math.min(WRITE_BYTES, end - at), at / 1024 + 1);
        bytes.set(beginning.subarray(at, at + bytes.byteLength));
        at += bytes.byteLength;
        if (!sending.write(bytes)) {
          sending.once("drain", write);
          return;
        }
      }
      sending.end();
    }
    write();
  });
}
