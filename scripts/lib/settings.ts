import { resolve } from "node:path";
import { StartError } from "./start-error.ts";

/** What a local instance is told by the environment. */
export interface Settings {
  host: string;
  port: number;
  /** Absolute path of the folder that keeps the instance's data. */
  dataFolder: string;
  /** An origin, without a trailing slash. */
  publicUrl: string;
  adminPassword: string | undefined;
  /** Where a debugger (Chrome's DevTools) may attach to the Worker; none by default. */
  inspectorPort: number | undefined;
  /** Serves /__test__/ besides; for the tests alone. */
  testProfile: boolean;
}

const MIN_PASSWORD_CHARACTERS = 6;

/** The settings in `env`, with defaults for what is unset or empty; throws a StartError for one that makes no sense. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const port = readPort("PORT", env["PORT"] || "9000");
  return {
    host: env["HOST"] || "127.0.0.1",
    port,
    dataFolder: resolve(env["DATA_DIR"] || ".data"),
    publicUrl: readPublicUrl(env["PUBLIC_URL"] || `http://localhost:${port}`),
    adminPassword: readPassword(env["ADMIN_PASSWORD"]),
    inspectorPort: env["INSPECTOR_PORT"] ? readPort("INSPECTOR_PORT", env["INSPECTOR_PORT"]) : undefined,
    testProfile: env["EDGETUBE_TEST_PROFILE"] === "1",
  };
}

/** Where wrangler looks with `--persist-to DATA_DIR`. */
export function persistFolder(settings: Settings): string {
  return resolve(settings.dataFolder, "v3");
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new StartError(`${name} is «${text}», but must be a whole number from 1 to 65535, such as ${name}=9000.`);
  }
  return port;
}

function readPublicUrl(text: string): string {
  const example = "such as https://videos.example.org";
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StartError(`PUBLIC_URL is «${text}», but must be a whole address that begins with http:// or https://, ${example}.`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
    throw new StartError(`PUBLIC_URL is «${text}», but must be an address without a path, a query or a user, ${example}.`);
  }
  return url.origin;
}

function readPassword(text: string | undefined): string | undefined {
  if (text === undefined || text === "") {
    return undefined;
  }
  if ([...text].length < MIN_PASSWORD_CHARACTERS) {
    throw new StartError(`ADMIN_PASSWORD is too short: it needs at least ${MIN_PASSWORD_CHARACTERS} characters.`);
  }
  return text;
}
