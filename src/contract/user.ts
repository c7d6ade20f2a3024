import { z } from "zod";
import { nullableText, requiredText } from "./fields";
import type { Account, Channel, Labelled } from "./video";

export const MIN_PASSWORD_CHARACTERS = 6;
/** Bounds the work of hashing; no human's password is as long. */
export const MAX_PASSWORD_BYTES = 1024;

export function isTooLongPassword(password: string): boolean {
  return new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES;
}

/** A password that somebody chooses. */
export const newPasswordSchema = z
  .string("is missing")
  .min(MIN_PASSWORD_CHARACTERS, `must be at least ${MIN_PASSWORD_CHARACTERS} characters`)
  .refine((password) => !isTooLongPassword(password), `must be at most ${MAX_PASSWORD_BYTES} bytes`);

/** `PUT /api/v1/users/me`: what is left out stays. Preferences that this instance doesn't keep are refused, not swallowed. */
export const updateMeSchema = z.strictObject({
  currentPassword: z.string().optional(),
  password: newPasswordSchema.optional(),
  email: z.email("must be an e-mail address").max(254).optional(),
  displayName: requiredText(1, 120).optional(),
  description: nullableText(3, 1000).optional(),
});
export type UpdateMe = z.output<typeof updateMeSchema>;

/** `GET /api/v1/users/me`, as PeerTube shows a user to themselves. */
export interface MyUser {
  id: number;
  username: string;
  email: string;
  pendingEmail: string | null;
  emailVerified: boolean;
  emailPublic: boolean;
  role: Labelled<number>;
  adminFlags: number;
  blocked: boolean;
  blockedReason: string | null;
  pluginAuth: string | null;
  twoFactorEnabled: boolean;
  theme: string;
  language: string | null;
  nsfwPolicy: "display";
  p2pEnabled: boolean;
  videosHistoryEnabled: boolean;
  autoPlayVideo: boolean;
  autoPlayNextVideo: boolean;
  autoPlayNextVideoPlaylist: boolean;
  videoLanguages: string[] | null;
  noInstanceConfigWarningModal: boolean;
  noAccountSetupWarningModal: boolean;
  noWelcomeModal: boolean;
  /** Bytes; -1 without limit. */
  videoQuota: number;
  videoQuotaDaily: number;
  createdAt: string;
  account: Account;
  videoChannels: Channel[];
  specialPlaylists: never[];
}

/** `GET /api/v1/users/me/video-quota-used`; bytes. */
export interface VideoQuotaUsed {
  videoQuotaUsed: number;
  videoQuotaUsedDaily: number;
}
