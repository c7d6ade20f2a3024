import { createHash, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { Agent, request } from "node:http";

// How PeerTube 6.3 sends an activity, as was observed: thirty requests side by side, seven seconds of patience, each inbox tried
// once, and one activity after another. No Edgetube in it: the same requests to the same inboxes, signed the same way.

const SIDE_BY_SIDE = 30;
const PATIENCE_MS = 7000;

/** Sends activities, one after the other; gives the seconds until all was tried. */
export async function broadcast(activities: { id: string; body: string }[], inboxes: string[]): Promise<number> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const agent = new Agent({ keepAlive: false });
  const began = performance.now();
  for (const { body } of activities) {
    const waiting = [...inboxes];
    await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (let inbox = waiting.shift(); inbox !== undefined; inbox = waiting.shift()) {
          await post(inbox, body, privateKey, agent).catch(() => undefined);
        }
      }),
    );
  }
  return (performance.now() - began) / 1000;
}

async function post(inbox: string, body: string, key: KeyObject, agent: Agent): Promise<void> {
  const { host, pathname } = new URL(inbox);
  const date = new Date().toUTCString();
  const digest = `SHA-256=${createHash("sha256").update(body).digest("base64")}`;
  const signed = `(request-target): post ${pathname}\nhost: ${host}\ndate: ${date}\ndigest: ${digest}`;
  const signature = createSign("sha256").update(signed).sign(key, "base64");
  const headers = {
    host,
    date,
    digest,
    "content-type": "application/activity+json",
    "content-length": Buffer.byteLength(body),
    signature: `keyId="http://peer.test/accounts/a#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature="${signature}"`,
  };
  await new Promise<void>((resolve, reject) => {
    const sending = request(inbox, { method: "POST", headers, agent, signal: AbortSignal.timeout(PATIENCE_MS) }, (response) => {
      response.resume();
      response.on("end", resolve);
      response.on("error", reject);
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
