import type { Route } from "../route";
import { accountRoutes } from "./api/v1/accounts";
import { configRoutes } from "./api/v1/config";
import { customConfigRoutes } from "./api/v1/config-custom";
import { oauthClientRoutes } from "./api/v1/oauth-clients";
import { pingRoutes } from "./api/v1/ping";
import { ownFollowersRoutes } from "./api/v1/own-followers";
import { usersMeRoutes } from "./api/v1/users-me";
import { subscriptionRoutes } from "./api/v1/users-me-subscriptions";
import { userTokenRoutes } from "./api/v1/users-token";
import { videoChannelRoutes } from "./api/v1/video-channels";
import { actorKeyRoutes } from "./api/v1/server/actor-keys";
import { blocklistRoutes } from "./api/v1/server/blocklist";
import { followerRoutes } from "./api/v1/server/followers";
import { followingRoutes } from "./api/v1/server/following";
import { federationAdminRoutes } from "./api/v1/server/deliveries";
import { actorVideosRoutes } from "./api/v1/videos/of-actors";
import { videoDeleteRoutes } from "./api/v1/videos/delete";
import { videoUpdateRoutes } from "./api/v1/videos/update";
import { videoConstantRoutes } from "./api/v1/videos/constants";
import { videoRoutes } from "./api/v1/videos/get";
import { videoListRoutes } from "./api/v1/videos/list";
import { myVideosRoutes } from "./api/v1/videos/mine";
import { renditionUploadRoutes } from "./api/v1/videos/renditions-upload";
import { videoTokenRoutes } from "./api/v1/videos/token";
import { oneRequestUploadRoutes } from "./api/v1/videos/upload";
import { resumableUploadRoutes } from "./api/v1/videos/upload-resumable";
import { activityActorRoutes } from "./activitypub/actors";
import { activityPlaylistRoutes } from "./activitypub/playlists";
import { activityVideoRoutes } from "./activitypub/videos";
import { nodeinfoRoutes } from "./well-known/nodeinfo";
import { webfingerRoutes } from "./well-known/webfinger";
import { abuseRoutes } from "./api/v1/abuses";
import { playlistRoutes } from "./api/v1/video-playlists";
import { captionRoutes } from "./api/v1/videos/captions";
import { chapterRoutes } from "./api/v1/videos/chapters";
import { commentRoutes } from "./api/v1/videos/comments";
import { rateRoutes } from "./api/v1/videos/rate";
import { viewRoutes } from "./api/v1/videos/views";
import { captionFileRoutes } from "./media/captions";
import { accountPageRoutes } from "./pages/account";
import { actorPageRoutes } from "./pages/actors";
import { homeRoutes } from "./pages/home";
import { watchRoutes } from "./pages/watch";
import { thumbnailRoutes } from "./media/thumbnails";
import { torrentRoutes } from "./media/torrents";
import { webVideoRoutes } from "./media/web-videos";
import { trackerRoutes } from "./tracker/socket";
import { inboxRoutes } from "./activitypub/inbox";

/** Every route of the instance, in the order in which they are tried. */
export const routes: Route[] = [
  ...pingRoutes,
  ...oauthClientRoutes,
  ...userTokenRoutes,
  ...usersMeRoutes,
  ...subscriptionRoutes,
  ...configRoutes,
  ...customConfigRoutes,
  ...accountRoutes,
  ...videoChannelRoutes,
  ...ownFollowersRoutes,
  ...myVideosRoutes,
  ...videoListRoutes,
  ...videoConstantRoutes,
  ...oneRequestUploadRoutes,
  ...resumableUploadRoutes,
  ...renditionUploadRoutes,
  ...videoRoutes,
  ...commentRoutes,
  ...rateRoutes,
  ...viewRoutes,
  ...captionRoutes,
  ...chapterRoutes,
  ...playlistRoutes,
  ...abuseRoutes,
  ...videoUpdateRoutes,
  ...videoDeleteRoutes,
  ...videoTokenRoutes,
  ...actorVideosRoutes,
  ...actorKeyRoutes,
  ...followingRoutes,
  ...followerRoutes,
  ...blocklistRoutes,
  ...federationAdminRoutes,
  ...webVideoRoutes,
  ...torrentRoutes,
  ...thumbnailRoutes,
  ...captionFileRoutes,
  ...trackerRoutes,
  ...inboxRoutes,
  ...webfingerRoutes,
  ...nodeinfoRoutes,
  // Before the pages of the same addresses.
  ...activityActorRoutes,
  ...activityVideoRoutes,
  ...activityPlaylistRoutes,
  ...homeRoutes,
  ...accountPageRoutes,
  ...actorPageRoutes,
  ...watchRoutes,
];
