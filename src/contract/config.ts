import type { ActorImage } from "./video";

interface Switch {
  enabled: boolean;
}

interface FileRule {
  extensions: string[];
  size: { max: number };
}

/** `GET /api/v1/config`: PeerTube's shape. Sizes in bytes, times in milliseconds. */
export interface ServerConfig {
  serverVersion: string;
  serverCommit: string;
  client: {
    videos: {
      miniature: { preferAuthorDisplayName: boolean };
      resumableUpload: { maxChunkSize: number };
    };
    menu: { login: { redirectOnSingleExternalAuth: boolean } };
  };
  defaults: {
    publish: { downloadEnabled: boolean; commentsPolicy: number; commentsEnabled: boolean; privacy: number; licence: number | null };
    p2p: { webapp: Switch; embed: Switch };
    player: { autoPlay: boolean };
  };
  webadmin: { configuration: { edition: { allowed: boolean } } };
  instance: {
    name: string;
    shortDescription: string;
    isNSFW: boolean;
    defaultNSFWPolicy: "display";
    defaultClientRoute: string;
    customizations: { javascript: string; css: string };
    avatars: ActorImage[];
    banners: ActorImage[];
  };
  search: {
    remoteUri: { users: boolean; anonymous: boolean };
    searchIndex: { enabled: boolean; url: string; disableLocalSearch: boolean; isDefaultSearch: boolean };
  };
  plugin: { registered: never[]; registeredExternalAuths: never[]; registeredIdAndPassAuths: never[] };
  theme: { registered: never[]; default: string };
  email: Switch;
  contactForm: Switch;
  signup: {
    allowed: boolean;
    allowedForCurrentIP: boolean;
    minimumAge: number;
    requiresApproval: boolean;
    requiresEmailVerification: boolean;
  };
  transcoding: {
    remoteRunners: Switch;
    hls: Switch;
    web_videos: Switch;
    enabledResolutions: number[];
    profile: string;
    availableProfiles: string[];
  };
  live: {
    enabled: boolean;
    allowReplay: boolean;
    latencySetting: Switch;
    maxDuration: number;
    maxInstanceLives: number;
    maxUserLives: number;
    transcoding: { enabled: boolean; remoteRunners: Switch; enabledResolutions: number[]; profile: string; availableProfiles: string[] };
    rtmp: { port: number };
  };
  videoStudio: { enabled: boolean; remoteRunners: Switch };
  videoFile: { update: Switch };
  videoTranscription: { enabled: boolean; remoteRunners: Switch };
  import: { videos: { http: Switch; torrent: Switch }; videoChannelSynchronization: Switch; users: Switch };
  export: { users: { enabled: boolean; exportExpiration: number; maxUserVideoQuota: number } };
  autoBlacklist: { videos: { ofUsers: Switch } };
  avatar: { file: FileRule };
  banner: { file: FileRule };
  video: {
    image: FileRule;
    /** `size` is ours: the largest file that an upload may have. */
    file: FileRule;
  };
  videoCaption: { file: FileRule };
  user: { videoQuota: number; videoQuotaDaily: number };
  videoChannels: { maxPerUser: number };
  trending: { videos: { intervalDays: number; algorithms: { enabled: string[]; default: string } } };
  tracker: Switch;
  followings: { instance: { autoFollowIndex: { indexUrl: string } } };
  broadcastMessage: { enabled: boolean; message: string; level: "info"; dismissable: boolean };
  homepage: Switch;
  openTelemetry: { metrics: { enabled: boolean; playbackStatsInterval: number } };
  views: { videos: { watchingInterval: { anonymous: number; users: number } } };
  storyboards: Switch;
}

/** `GET /api/v1/config/about` */
export interface AboutConfig {
  instance: {
    name: string;
    shortDescription: string;
    description: string;
    terms: string;
    codeOfConduct: string;
    hardwareInformation: string;
    creationReason: string;
    moderationInformation: string;
    administrator: string;
    maintenanceLifetime: string;
    businessModel: string;
    languages: string[];
    categories: number[];
    avatars: ActorImage[];
    banners: ActorImage[];
  };
}
