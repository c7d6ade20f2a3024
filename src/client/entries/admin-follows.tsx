import { render } from "preact";
import "../styles/admin.css";
import { FollowsPage } from "../admin/follows-page";
import { messageOf } from "../session/call";
import { currentUser, isAdministrator } from "../session/session";

const root = document.querySelector<HTMLElement>("#admin-follows");

async function start(target: HTMLElement): Promise<void> {
  const user = await currentUser();
  if (user === undefined) {
    location.replace(`/login?next=${encodeURIComponent(location.pathname + location.hash)}`);
  } else if (isAdministrator(user)) {
    render(<FollowsPage />, target);
  } else {
    refuse(target, "Only administrators can see how this instance federates.");
  }
}

function refuse(target: HTMLElement, text: string): void {
  render(
    <p class="notice notice-error" role="alert">
      {text}
    </p>,
    target,
  );
}

if (root !== null) {
  start(root).catch((error: unknown) => refuse(root, messageOf(error)));
}
