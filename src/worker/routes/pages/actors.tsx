import { videoListQuerySchema } from "../../../contract/video-list";
import { countsOf } from "../../../domain/follows/counts";
import { listAccountVideos, listChannelVideos } from "../../../domain/videos/list-actor-videos";
import { paths } from "../../../protocol/paths";
import { ProblemError } from "../../problem";
import type { Context, Route } from "../../route";
import { presentAccount } from "../../views/account";
import { presentChannel } from "../../views/channel";
import { PAGE_SIZE, pageNumberOf } from "../../views/components/pagination";
import { htmlResponse } from "../../views/html";
import { AccountPage, ChannelPage } from "../../views/pages/actor";
import { presentVideo } from "../../views/video";
import type { VideoPage } from "../../../domain/videos/list-videos";

function queryOf(url: URL) {
  return videoListQuerySchema.parse({ start: (pageNumberOf(url) - 1) * PAGE_SIZE, count: PAGE_SIZE });
}

function listProps({ url, deps }: Context, page: VideoPage) {
  return {
    list: { total: page.total, data: page.records.map((record) => presentVideo(record, deps.publicUrl)) },
    page: pageNumberOf(url),
    publicUrl: deps.publicUrl,
    nowMs: deps.now(),
  };
}

async function channelPage(context: Context): Promise<Response | undefined> {
  const { url, params, deps } = context;
  const result = await listChannelVideos(deps, params.handle ?? "", queryOf(url));
  if (!result.ok) {
    return undefined;
  }
  const { channel, owner, page } = result.value;
  const counts = await countsOf(deps, { records: [{ channel, owner }] });
  return await htmlResponse(
    context,
    <ChannelPage channel={presentChannel(channel, owner, deps.publicUrl, counts)} {...listProps(context, page)} />,
    { cacheable: true },
  );
}

async function accountPage(context: Context): Promise<Response | undefined> {
  const { url, params, deps } = context;
  const result = await listAccountVideos(deps, params.handle ?? "", queryOf(url));
  if (!result.ok) {
    return undefined;
  }
  const { account, page } = result.value;
  const counts = (await countsOf(deps, { accounts: [account] })).accounts.get(account.id);
  const shown = presentAccount(account, deps.publicUrl, counts);
  return await htmlResponse(context, <AccountPage account={shown} {...listProps(context, page)} />, { cacheable: true });
}

function pageRoute(path: string, ...tries: ((context: Context) => Promise<Response | undefined>)[]): Route {
  return {
    method: "GET",
    path,
    auth: "none",
    handler: async (context) => {
      for (const attempt of tries) {
        const response = await attempt(context);
        if (response !== undefined) {
          return response;
        }
      }
      throw new ProblemError({ status: 404, detail: "There is no account or channel of this name here. Check the address." });
    },
  };
}

/** Tabs of PeerTube's pages, which have one here. */
function tab(path: string, of: (handle: string) => string): Route {
  return {
    method: "GET",
    path,
    auth: "none",
    handler: ({ params }) => new Response(null, { status: 302, headers: { location: of(encodeURIComponent(params.handle ?? "")) } }),
  };
}

export const actorPageRoutes: Route[] = [
  pageRoute("/c/:handle", channelPage),
  pageRoute("/a/:handle", accountPage),
  pageRoute("/@:handle", accountPage, channelPage),
  tab("/c/:handle/videos", paths.channel),
  tab("/a/:handle/videos", paths.account),
  tab("/video-channels/:handle", paths.channel),
  tab("/accounts/:handle", paths.account),
];
