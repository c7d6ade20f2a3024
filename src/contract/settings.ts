import { z } from "zod";

const GIBIBYTE = 1024 ** 3;

/** The resolutions that a rendition can have: the shorter side in pixels. */
export const RENDITION_RESOLUTIONS = [144, 240, 360, 480, 720, 1080, 1440, 2160] as const;

/** What an administrator sets, section by section, each with its default. */
export const settingsSchema = z.object({
  instance: z
    .object({
      name: z.string().trim().min(1).max(120).default("Edgetube"),
      shortDescription: z.string().trim().max(250).default("A video instance on the edge: viewers send each other the pieces."),
      description: z.string().max(10_000).default(""),
    })
    .prefault({}),
  upload: z
    .object({
      /** Bytes of one uploaded file. R2 takes 10,000 parts, so this bounds the size of a part too. */
      maxFileSizeBytes: z
        .int()
        .positive()
        .default(64 * GIBIBYTE),
    })
    .prefault({}),
  p2p: z.object({ enabled: z.boolean().default(true) }).prefault({}),
  /** Who may follow; PeerTube's `followers`. */
  followers: z
    .object({
      /** Other instances may follow this one. */
      instanceEnabled: z.boolean().default(true),
      /** Followers of the instance wait until the administrator accepts them. */
      manualApproval: z.boolean().default(false),
      /** Anybody may follow accounts and channels. */
      channelsEnabled: z.boolean().default(true),
    })
    .prefault({}),
  /** Whom this instance follows by itself; PeerTube's `followings.instance`. */
  followings: z.object({ autoFollowBack: z.boolean().default(false) }).prefault({}),
  channels: z.object({ maxPerUser: z.int().positive().max(1000).default(20) }).prefault({}),
  /** What the studio makes below the source's own resolution. */
  transcoding: z
    .object({ resolutions: z.array(z.literal(RENDITION_RESOLUTIONS)).default([240, 360, 480, 720, 1080, 1440, 2160]) })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;
export type SettingsChange = { [Section in keyof Settings]?: Partial<Settings[Section]> };
