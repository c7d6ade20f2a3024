import type { VNode } from "preact";
import { Page } from "../page";

export function LoginPage(): VNode {
  return (
    <Page title="Sign in" noIndex width="narrow" entries={["login"]}>
      <form class="panel form" id="login-form" method="post" aria-labelledby="login-title">
        <h1 id="login-title">Sign in</h1>
        <noscript>
          <p class="notice">Signing in needs JavaScript. Watching doesn’t.</p>
        </noscript>
        <label class="field">
          <span>User name or e-mail address</span>
          <input name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck={false} required maxLength={255} />
        </label>
        <label class="field">
          <span>Password</span>
          <input name="password" type="password" autocomplete="current-password" required maxLength={1000} />
        </label>
        <p class="form-error" id="login-error" role="alert" aria-live="assertive" />
        {/* Until the script is there, the browser would send the form itself, to nobody who can read it. */}
        <button class="button button-primary button-wide" type="submit" disabled>
          Sign in
        </button>
      </form>
    </Page>
  );
}
