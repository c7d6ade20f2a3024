import type { VNode } from "preact";
import type { Account, Channel, ListResponse, Video } from "../../../contract/video";
import { handleOf } from "../../../protocol/handles";
import { paths } from "../../../protocol/paths";
import { Pagination } from "../components/pagination";
import { VideoGrid } from "../components/video-card";
import { plainText, renderMarkdown } from "../../../protocol/markdown";
import { Page } from "../page";

interface ListProps {
  list: ListResponse<Video>;
  page: number;
  publicUrl: string;
  nowMs: number;
}

/** A channel with its videos. */
export function ChannelPage({ channel, ...list }: { channel: Channel } & ListProps): VNode {
  const owner = channel.ownerAccount;
  return (
    <ActorPage
      actor={channel}
      path={paths.channel(handleAt(channel, list.publicUrl))}
      showChannel={false}
      entries={["channel"]}
      aside={<Subscribe handle={`${channel.name}@${channel.host}`} />}
      {...list}
    >
      <p class="actor-line">
        A channel of{" "}
        <a href={paths.account(handleAt(owner, list.publicUrl))} dir="auto">
          {owner.displayName}
        </a>
      </p>
    </ActorPage>
  );
}

/** An account with the videos of all its channels. */
export function AccountPage({ account, ...list }: { account: Account } & ListProps): VNode {
  return <ActorPage actor={account} path={paths.account(handleAt(account, list.publicUrl))} showChannel {...list} />;
}

/** For whoever is signed in, a button; for others how to follow from where they are. */
function Subscribe({ handle }: { handle: string }): VNode {
  return (
    <div class="subscribe" data-subscribe={handle}>
      <button class="button button-primary when-signed-in" type="button" aria-pressed="false" disabled>
        Subscribe
      </button>
      <details class="when-signed-out">
        <summary class="button button-primary">Subscribe</summary>
        <div class="panel subscribe-elsewhere">
          <p>With an account on PeerTube, Mastodon or another instance of the fediverse: search there for this channel, and follow it.</p>
          <p class="subscribe-handle">
            <code>@{handle}</code>
            <button class="button button-small" type="button" data-copy={`@${handle}`} hidden>
              <span aria-live="polite" data-copy-label>
                Copy
              </span>
            </button>
          </p>
          <p>
            With an account here:{" "}
            <a href="/login" data-sign-in>
              sign in
            </a>
            .
          </p>
        </div>
      </details>
      <p class="form-error" role="alert" />
    </div>
  );
}

function handleAt(actor: { name: string; host: string }, publicUrl: string): string {
  return handleOf(actor, actor.host === new URL(publicUrl).host);
}

interface ActorPageProps extends ListProps {
  actor: Account | Channel;
  path: string;
  showChannel: boolean;
  entries?: string[];
  /** Beside the name. */
  aside?: VNode;
  children?: VNode;
}

function ActorPage({ actor, path, showChannel, entries, aside, list, page, publicUrl, nowMs, children }: ActorPageProps): VNode {
  const description = actor.description === null ? undefined : plainText(actor.description, 200);
  const url = publicUrl + path;
  return (
    <Page
      title={actor.displayName}
      description={description}
      canonicalUrl={page === 1 ? url : `${url}?page=${page}`}
      {...(entries && { entries })}
      head={
        <>
          <meta property="og:type" content="profile" />
          <meta property="og:title" content={actor.displayName} />
          <meta property="og:url" content={url} />
          {description && <meta property="og:description" content={description} />}
        </>
      }
    >
      <header class="actor">
        <Avatar name={actor.displayName} large />
        <div>
          <h1 dir="auto">{actor.displayName}</h1>
          <p class="actor-line">
            @{actor.name}@{actor.host} · {list.total === 1 ? "1 video" : `${list.total} videos`}
            {actor.followersCount > 0 && ` · ${actor.followersCount === 1 ? "1 follower" : `${actor.followersCount} followers`}`}
          </p>
          {children}
        </div>
        {aside}
      </header>
      {actor.description && <div class="prose" dir="auto" dangerouslySetInnerHTML={{ __html: renderMarkdown(actor.description) }} />}
      <h2 class="visually-hidden">Videos</h2>
      {list.data.length > 0 ? (
        <VideoGrid videos={list.data} nowMs={nowMs} showChannel={showChannel} />
      ) : (
        <div class="empty">
          <p>{page === 1 ? "No public videos here yet." : "The list of videos ends before this page."}</p>
        </div>
      )}
      <Pagination page={page} total={list.total} path={path} />
    </Page>
  );
}

/** The first letter of a name, until actors have pictures. */
export function Avatar({ name, large = false }: { name: string; large?: boolean }): VNode {
  const letter = new Intl.Segmenter("en").segment(name.trim().toUpperCase())[Symbol.iterator]().next().value?.segment ?? "?";
  return (
    <span class={large ? "avatar avatar-large" : "avatar"} aria-hidden="true">
      {letter}
    </span>
  );
}
