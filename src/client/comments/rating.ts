import { authorizedFetch, isSignedIn } from "../session/session";

type Rating = "like" | "dislike" | "none";

/** The like and dislike buttons of the watch page. Whoever isn't signed in is asked to. */
export function enableRating(): void {
  const group = document.querySelector<HTMLElement>("#rate");
  const video = group?.dataset["video"];
  if (group === null || video === undefined) {
    return;
  }
  const buttons = [...group.querySelectorAll<HTMLButtonElement>("[data-rate]")];
  let current: Rating = "none";

  function paint(rating: Rating, moveCounts: boolean): void {
    for (const button of buttons) {
      const count = button.querySelector("[data-rate-count]");
      const was = button.dataset["rate"] === current;
      const is = button.dataset["rate"] === rating;
      button.setAttribute("aria-pressed", String(is));
      if (count !== null && moveCounts && was !== is) {
        count.textContent = String(Math.max(0, Number(count.textContent) + (is ? 1 : -1)));
      }
    }
    current = rating;
  }

  async function choose(rating: Rating): Promise<void> {
    const before = current;
    paint(rating, true);
    const response = await authorizedFetch(`/api/v1/videos/${video}/rate`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rating }),
    }).catch(() => undefined);
    if (response?.ok !== true) {
      paint(before, true);
    }
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      if (!isSignedIn()) {
        location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      const rating = button.dataset["rate"] === "like" ? "like" : "dislike";
      void choose(rating === current ? "none" : rating);
    });
  }
  if (isSignedIn()) {
    void loadOwn(video).then((rating) => rating && paint(rating, false));
  }
}

async function loadOwn(video: string): Promise<Rating | undefined> {
  const response = await authorizedFetch(`/api/v1/users/me/videos/${video}/rating`).catch(() => undefined);
  return response?.ok ? ((await response.json()) as { rating: Rating }).rating : undefined;
}
