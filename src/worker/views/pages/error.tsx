import type { VNode } from "preact";
import { Page } from "../page";

const TITLES: Record<number, string> = {
  400: "This address can’t be read",
  401: "Sign in to see this",
  403: "This isn’t for you",
  404: "Nothing here",
  405: "That isn’t possible here",
  429: "Too many tries",
  500: "Something went wrong",
};

/** A failure told to a person: what is wrong, and a way on. */
export function ErrorPage({ status, detail, nextPath }: { status: number; detail: string; nextPath: string }): VNode {
  const title = TITLES[status] ?? "Something went wrong";
  return (
    <Page title={title} noIndex width="narrow">
      <div class="empty">
        <p class="error-status">{status}</p>
        <h1>{title}</h1>
        <p dir="auto">{detail}</p>
        <p class="button-row">
          {status === 401 && (
            <a class="button button-primary" href={`/login?next=${encodeURIComponent(nextPath)}`}>
              Sign in
            </a>
          )}
          <a class={status === 401 ? "button" : "button button-primary"} href="/">
            See the newest videos
          </a>
        </p>
      </div>
    </Page>
  );
}
