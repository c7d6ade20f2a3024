import { formText } from "../page/form-text";
import { nextPathOf } from "../session/next-path";
import { currentUser, isSignedIn, signIn } from "../session/session";

const form = document.querySelector<HTMLFormElement>("#login-form");
const error = document.querySelector<HTMLElement>("#login-error");
const button = form?.querySelector<HTMLButtonElement>("button[type=submit]");

if (form && error && button) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    error.textContent = "";
    button.disabled = true;
    button.textContent = "Signing in…";
    const outcome = await signIn(formText(fields, "username").trim(), formText(fields, "password"));
    if (outcome.ok) {
      // Before the page is left: Grayjay takes its token from this request.
      await currentUser().catch(() => undefined);
      location.replace(nextPathOf(location.href));
      return;
    }
    error.textContent = outcome.message;
    button.disabled = false;
    button.textContent = "Sign in";
    const password = form.querySelector<HTMLInputElement>("input[name=password]");
    password?.focus();
    password?.select();
  });
  button.disabled = false;
  const username = form.querySelector<HTMLInputElement>("input[name=username]");
  // Whoever began to type before the script came stays where they are.
  if (username?.value === "" && document.activeElement === document.body) {
    username.focus();
  }
  if (isSignedIn()) {
    const user = await currentUser().catch(() => undefined);
    if (user !== undefined) {
      location.replace(nextPathOf(location.href));
    }
  }
}
