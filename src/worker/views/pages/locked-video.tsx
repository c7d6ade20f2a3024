import type { VNode } from "preact";
import { Icon } from "../components/icons";
import { Page } from "../page";

/** In place of a video that isn't public; the script `locked` shows the video to whoever is signed in and may watch. */
export function LockedVideoPage({ path }: { path: string }): VNode {
  return (
    <Page title="This video isn’t public" noIndex entries={["locked"]} styles={["watch"]}>
      <div class="empty" id="locked">
        <Icon name="lock" />
        <h1>This video isn’t public</h1>
        <p id="locked-message" role="status">
          Sign in with an account that may watch it.
        </p>
        <p class="button-row when-signed-out">
          <a class="button button-primary" href={`/login?next=${encodeURIComponent(path)}`}>
            Sign in
          </a>
        </p>
      </div>
    </Page>
  );
}
