const SHOW_RESULT_MS = 2000;

/** Buttons with `data-copy` put its text on the clipboard and say so. */
export function enableCopyButtons(root: ParentNode = document): void {
  // Absent outside secure contexts: the buttons stay hidden.
  if (navigator.clipboard === undefined) {
    return;
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    const label = button.querySelector<HTMLElement>("[data-copy-label]") ?? button;
    const before = label.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy ?? "");
        label.textContent = "Copied";
      } catch {
        label.textContent = "The browser refused";
      }
      setTimeout(() => (label.textContent = before), SHOW_RESULT_MS);
    });
  }
}
