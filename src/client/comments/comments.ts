import { formText } from "../page/form-text";
import { authorizedFetch, currentUser, isSignedIn, problemDetail } from "../session/session";

const UNREACHABLE = "The instance can’t be reached. Check your connection and try again.";

/** The comments under a video: new ones, answers, and one's own to be deleted. The list comes anew from the page itself. */
export function enableComments(): void {
  const section = document.querySelector<HTMLElement>("#comments");
  const video = section?.dataset["video"];
  if (section === null || video === undefined) {
    return;
  }
  const form = section.querySelector<HTMLFormElement>("#comment-form");
  const error = section.querySelector<HTMLElement>("#comment-error");
  let answered: string | undefined;

  function answer(commentId: string | undefined, name = ""): void {
    answered = commentId;
    const label = section?.querySelector("#comment-label");
    const cancel = section?.querySelector<HTMLButtonElement>("[data-cancel-reply]");
    if (label && cancel) {
      label.textContent = commentId === undefined ? "Add a comment" : `Answer ${name}`;
      cancel.hidden = commentId === undefined;
    }
    if (commentId !== undefined) {
      form?.querySelector("textarea")?.focus();
    }
  }

  async function change(path: string, init: RequestInit): Promise<boolean> {
    say("");
    try {
      const response = await authorizedFetch(`/api/v1/videos/${video}/${path}`, init);
      if (response.ok) {
        await refresh();
        return true;
      }
      say(await problemDetail(response));
    } catch {
      say(UNREACHABLE);
    }
    return false;
  }

  function say(text: string): void {
    if (error !== null) {
      error.textContent = text;
    }
  }

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    if (button === null || button.disabled) {
      return;
    }
    button.disabled = true;
    const sent = await change(answered === undefined ? "comment-threads" : `comments/${answered}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: formText(new FormData(form), "text") }),
    });
    button.disabled = false;
    if (sent) {
      form.reset();
      answer(undefined);
    }
  });

  section.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
    if (button?.dataset["reply"] !== undefined) {
      answer(button.dataset["reply"], button.dataset["replyName"]);
    } else if (button?.dataset["cancelReply"] !== undefined) {
      answer(undefined);
    } else if (button?.dataset["deleteComment"] !== undefined) {
      void change(`comments/${button.dataset["deleteComment"]}`, { method: "DELETE" });
    }
  });
  void showOwn(section);
}

/** The page's comments as they are now; what is being written stays. */
async function refresh(): Promise<void> {
  const response = await authorizedFetch(location.pathname, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const id of ["comments-title", "comment-list"]) {
    const fresh = page.getElementById(id);
    if (response.ok && fresh !== null) {
      document.getElementById(id)?.replaceWith(document.adoptNode(fresh));
    }
  }
  await showOwn(document);
}

/** Lets users delete what is theirs; the instance checks it anyway. */
async function showOwn(root: ParentNode): Promise<void> {
  const user = isSignedIn() ? await currentUser().catch(() => undefined) : undefined;
  for (const button of root.querySelectorAll<HTMLButtonElement>("[data-delete-comment]")) {
    button.hidden = user === undefined || button.dataset["author"] !== String(user.account.id);
  }
}
