import { currentUser, isAdministrator, isSignedIn, signOut } from "../session/session";
import { onTokensChanged } from "../session/tokens";

/** The header's account: «Sign in», or the user's menu. */
export function showAccount(): void {
  const menu = document.querySelector<HTMLDetailsElement>("#user-menu");
  if (menu !== null) {
    closeOnLeave(menu);
  }
  document.querySelector("[data-sign-out]")?.addEventListener("click", async () => {
    await signOut();
    location.assign("/");
  });
  for (const signIn of document.querySelectorAll<HTMLAnchorElement>("a[data-sign-in]")) {
    if (location.pathname !== "/login" && location.pathname !== "/") {
      signIn.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    }
  }
  onTokensChanged(() => void refresh());
  void refresh();
}

async function refresh(): Promise<void> {
  mark();
  if (!isSignedIn()) {
    return;
  }
  try {
    const user = await currentUser();
    const name = document.querySelector("[data-user-name]");
    if (user !== undefined && name !== null) {
      name.textContent = user.account.displayName;
    }
    for (const link of document.querySelectorAll<HTMLElement>("[data-for-administrators]")) {
      link.hidden = user === undefined || !isAdministrator(user);
    }
  } catch {
    // The instance can't be reached; the menu's links tell so when used.
  }
  mark();
}

function mark(): void {
  document.documentElement.toggleAttribute("data-signed-in", isSignedIn());
}

function closeOnLeave(menu: HTMLDetailsElement): void {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) {
      menu.open = false;
    }
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
