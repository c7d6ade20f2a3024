import type { Deps } from "./deps";
import { settingsSchema, type Settings, type SettingsChange } from "../contract/settings";
import { loadSettings, readOrSetSetting, saveSettings } from "../storage/d1/settings";

/** How long another isolate may answer by the old settings after a change. */
const CACHE_LIFETIME_MS = 10_000;

let cached: { settings: Settings; readAt: number } | undefined;

/** The instance's settings; at most 10 s old. */
export async function getSettings(deps: Deps): Promise<Settings> {
  const now = deps.now();
  if (cached === undefined || now - cached.readAt >= CACHE_LIFETIME_MS || now < cached.readAt) {
    cached = { settings: await readSettings(deps), readAt: now };
  }
  return cached.settings;
}

/** Changes the given fields, keeps the others, and gives the whole. Throws a ZodError where a value isn't possible. */
export async function updateSettings(deps: Deps, change: SettingsChange): Promise<Settings> {
  const current = await readSettings(deps);
  const merged: Record<string, unknown> = {};
  for (const section of Object.keys(current) as (keyof Settings)[]) {
    merged[section] = { ...current[section], ...change[section] };
  }
  const settings = settingsSchema.parse(merged);
  const changed = Object.keys(change) as (keyof Settings)[];
  await saveSettings(
    deps.database,
    changed.filter((section) => section in settings).map((section) => ({ key: section, value: JSON.stringify(settings[section]) })),
  );
  cached = { settings, readAt: deps.now() };
  return settings;
}

const ORIGIN_KEY = "instance.origin";

/** Notes the address at which the instance was first asked for anything. */
export async function recordOrigin(deps: Deps): Promise<void> {
  await readOrSetSetting(deps.database, ORIGIN_KEY, deps.publicUrl);
}

/** That address, for what runs without a request where PUBLIC_URL is empty; undefined before the first request. */
export async function recordedOrigin(deps: Deps): Promise<string | undefined> {
  return (await loadSettings(deps.database)).find(({ key }) => key === ORIGIN_KEY)?.value;
}

/** The next read asks the database: for tests, after it was emptied. */
export function forgetSettings(): void {
  cached = undefined;
}

/** A section that can't be read counts as unset, so that one bad row doesn't stop the instance. */
async function readSettings(deps: Deps): Promise<Settings> {
  const sections: Record<string, unknown> = {};
  for (const { key, value } of await loadSettings(deps.database)) {
    const section = Object.hasOwn(settingsSchema.shape, key) ? settingsSchema.shape[key as keyof Settings] : undefined;
    if (section === undefined) {
      // Not a setting of the dashboard: what the instance notes for itself.
      continue;
    }
    const parsed = section.safeParse(parseJson(value));
    if (parsed.success) {
      sections[key] = parsed.data;
    } else {
      console.error(`the setting «${key}» in the database can't be read; its default is used`);
    }
  }
  return settingsSchema.parse(sections);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
