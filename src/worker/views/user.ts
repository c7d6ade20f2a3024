import type { MyUser } from "../../contract/user";
import type { AccountRow, ChannelRow, UserRow } from "../../storage/d1/schema";
import { presentAccount } from "./account";
import { presentChannel, type CountsOf } from "./channel";

const ROLE_LABELS: Record<number, string> = { 0: "Administrator", 1: "Moderator", 2: "User" };

/**
 * A user as they see themselves. What PeerTube lets each user choose and this instance doesn't keep is what holds for
 * everybody here.
 */
export function presentMe(
  { user, account, channels }: { user: UserRow; account: AccountRow; channels: ChannelRow[] },
  { publicUrl, p2pEnabled, counts }: { publicUrl: string; p2pEnabled: boolean; counts: CountsOf },
): MyUser {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    pendingEmail: null,
    emailVerified: false,
    emailPublic: false,
    role: { id: user.role, label: ROLE_LABELS[user.role] ?? "User" },
    adminFlags: 0,
    blocked: user.blocked,
    blockedReason: null,
    pluginAuth: null,
    twoFactorEnabled: false,
    theme: "default",
    language: null,
    nsfwPolicy: "display",
    p2pEnabled,
    videosHistoryEnabled: false,
    autoPlayVideo: true,
    autoPlayNextVideo: false,
    autoPlayNextVideoPlaylist: false,
    videoLanguages: null,
    noInstanceConfigWarningModal: true,
    noAccountSetupWarningModal: true,
    noWelcomeModal: true,
    videoQuota: user.videoQuota,
    videoQuotaDaily: -1,
    createdAt: new Date(user.createdAt).toISOString(),
    account: presentAccount(account, publicUrl, counts.accounts.get(account.id)),
    videoChannels: channels.map((channel) => presentChannel(channel, account, publicUrl, counts)),
    specialPlaylists: [],
  };
}
