import { call, callJson, messageOf } from "../session/call";
import { isSignedIn } from "../session/session";

// The button by which a signed-in viewer subscribes to the page's channel.

const PATH = "/api/v1/users/me/subscriptions";

const box = document.querySelector<HTMLElement>("[data-subscribe]");
const button = box?.querySelector("button");
const problem = box?.querySelector(".form-error");

function show(isSubscribed: boolean): void {
  button?.setAttribute("aria-pressed", String(isSubscribed));
  if (button) {
    button.textContent = isSubscribed ? "Subscribed" : "Subscribe";
    button.disabled = false;
  }
}

function say(text: string): void {
  if (problem) {
    problem.textContent = text;
  }
}

async function toggle(handle: string): Promise<void> {
  const isSubscribed = button?.getAttribute("aria-pressed") === "true";
  say("");
  if (button) {
    button.disabled = true;
  }
  try {
    await (isSubscribed
      ? call(`${PATH}/${encodeURIComponent(handle)}`, { method: "DELETE" })
      : call(PATH, { method: "POST", body: { uri: handle } }));
    show(!isSubscribed);
  } catch (error) {
    show(isSubscribed);
    say(messageOf(error));
  }
}

const handle = box?.dataset["subscribe"];
if (handle !== undefined && isSignedIn()) {
  button?.addEventListener("click", () => void toggle(handle));
  callJson<Record<string, boolean>>(`${PATH}/exist?uris=${encodeURIComponent(handle)}`)
    .then((exist) => show(exist[handle] === true))
    .catch((error: unknown) => say(messageOf(error)));
}
