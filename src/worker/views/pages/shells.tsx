import type { VNode } from "preact";
import { Page } from "../page";

// Pages whose content the client draws.

export function StudioPage(): VNode {
  return (
    <Page title="Upload" noIndex entries={["studio"]} mainId="studio">
      <NeedsScript what="Uploading" />
    </Page>
  );
}

export function MyVideosPage(): VNode {
  return (
    <Page title="My videos" noIndex entries={["my-videos"]} mainId="my-videos">
      <NeedsScript what="Your list of videos" />
    </Page>
  );
}

export function AdminFollowsPage(): VNode {
  return (
    <Page title="Federation" noIndex entries={["admin-follows"]} mainId="admin-follows">
      <NeedsScript what="Administering the instance" />
    </Page>
  );
}

function NeedsScript({ what }: { what: string }): VNode {
  return (
    <noscript>
      <p class="notice">{what} needs JavaScript. Watching doesn’t.</p>
    </noscript>
  );
}
