import type { AboutConfig, ServerConfig } from "../../contract/config";
import type { Settings } from "../../contract/settings";
import { MAX_IMAGE_BYTES } from "../../contract/upload";
import { CommentsPolicy, VideoPrivacy } from "../../contract/video-constants";

/** The PeerTube version whose API this is: clients compare it (semantic versioning); ours is in the build part. */
const SERVER_VERSION = "8.2.1+edgetube";
/**
 * Bytes of one chunk of a resumable upload. Cloudflare refuses requests of more than 100 MB on its Free and Pro plans
 * before the Worker sees them; below that, a round number of MiB.
 */
export const MAX_CHUNK_SIZE_BYTES = 64 * 1024 * 1024;

const on = { enabled: true };
const off = { enabled: false };
/** What can't be uploaded here yet. */
const noFiles = { extensions: [], size: { max: 0 } };

/** The instance's configuration in PeerTube's shape; says "off" of everything that isn't here. */
export function presentConfig(settings: Settings): ServerConfig {
  const p2p = { enabled: settings.p2p.enabled };
  return {
    serverVersion: SERVER_VERSION,
    serverCommit: "",
    client: {
      videos: { miniature: { preferAuthorDisplayName: false }, resumableUpload: { maxChunkSize: MAX_CHUNK_SIZE_BYTES } },
      menu: { login: { redirectOnSingleExternalAuth: false } },
    },
    defaults: {
      publish: {
        downloadEnabled: true,
        commentsPolicy: CommentsPolicy.enabled,
        commentsEnabled: true,
        privacy: VideoPrivacy.public,
        licence: null,
      },
      p2p: { webapp: p2p, embed: p2p },
      player: { autoPlay: true },
    },
    webadmin: { configuration: { edition: { allowed: false } } },
    instance: {
      name: settings.instance.name,
      shortDescription: settings.instance.shortDescription,
      isNSFW: false,
      defaultNSFWPolicy: "display",
      defaultClientRoute: "/",
      customizations: { javascript: "", css: "" },
      avatars: [],
      banners: [],
    },
    search: {
      remoteUri: { users: false, anonymous: false },
      searchIndex: { enabled: false, url: "", disableLocalSearch: false, isDefaultSearch: false },
    },
    plugin: { registered: [], registeredExternalAuths: [], registeredIdAndPassAuths: [] },
    theme: { registered: [], default: "default" },
    email: off,
    contactForm: off,
    signup: { allowed: false, allowedForCurrentIP: false, minimumAge: 16, requiresApproval: false, requiresEmailVerification: false },
    transcoding: {
      // The uploader's browser transcodes; what is enabled here is what it makes.
      remoteRunners: off,
      hls: off,
      web_videos: on,
      enabledResolutions: settings.transcoding.resolutions,
      profile: "default",
      availableProfiles: ["default"],
    },
    live: {
      enabled: false,
      allowReplay: false,
      latencySetting: off,
      maxDuration: -1,
      maxInstanceLives: 0,
      maxUserLives: 0,
      transcoding: { enabled: false, remoteRunners: off, enabledResolutions: [], profile: "default", availableProfiles: ["default"] },
      rtmp: { port: 1935 },
    },
    videoStudio: { enabled: false, remoteRunners: off },
    videoFile: { update: off },
    videoTranscription: { enabled: false, remoteRunners: off },
    import: { videos: { http: off, torrent: off }, videoChannelSynchronization: off, users: off },
    export: { users: { enabled: false, exportExpiration: 0, maxUserVideoQuota: 0 } },
    autoBlacklist: { videos: { ofUsers: off } },
    avatar: { file: noFiles },
    banner: { file: noFiles },
    video: {
      image: { extensions: [".png", ".jpg", ".jpeg", ".webp"], size: { max: MAX_IMAGE_BYTES } },
      file: { extensions: [".mp4", ".m4v", ".mov", ".webm", ".mkv"], size: { max: settings.upload.maxFileSizeBytes } },
    },
    videoCaption: { file: noFiles },
    user: { videoQuota: -1, videoQuotaDaily: -1 },
    videoChannels: { maxPerUser: settings.channels.maxPerUser },
    trending: { videos: { intervalDays: 7, algorithms: { enabled: ["most-viewed"], default: "most-viewed" } } },
    tracker: on,
    followings: { instance: { autoFollowIndex: { indexUrl: "" } } },
    broadcastMessage: { enabled: false, message: "", level: "info", dismissable: false },
    homepage: off,
    openTelemetry: { metrics: { enabled: false, playbackStatsInterval: 15_000 } },
    views: { videos: { watchingInterval: { anonymous: 60_000, users: 60_000 } } },
    storyboards: off,
  };
}

/** What the instance says of itself, in PeerTube's shape. */
export function presentAbout(settings: Settings): AboutConfig {
  return {
    instance: {
      name: settings.instance.name,
      shortDescription: settings.instance.shortDescription,
      description: settings.instance.description,
      terms: "",
      codeOfConduct: "",
      hardwareInformation: "",
      creationReason: "",
      moderationInformation: "",
      administrator: "",
      maintenanceLifetime: "",
      businessModel: "",
      languages: [],
      categories: [],
      avatars: [],
      banners: [],
    },
  };
}
