const STORAGE_KEY = "edgetube.theme";
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/** The header's button switches between light and dark; a choice that equals the system's is forgotten, to follow it again. */
export function enableThemeToggle(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-toggle]");
  if (button === null) {
    return;
  }
  const root = document.documentElement;
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = root.dataset.theme === undefined ? darkScheme.matches : root.dataset.theme === "dark";
    const next = isDark ? "light" : "dark";
    const followsSystem = (next === "dark") === darkScheme.matches;
    try {
      if (followsSystem) {
        localStorage.removeItem(STORAGE_KEY);
      } else {
        localStorage.setItem(STORAGE_KEY, next);
      }
    } catch {
      // Storage is blocked: the choice lasts for this page.
    }
    if (followsSystem) {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = next;
    }
  });
}
