import { enableCopyButtons } from "../page/copy";
import { authorizedFetch, isSignedIn, problemDetail } from "../session/session";

// A video that isn't public: the page's own address, asked again with the token, gives the page of the video. A
// `<video>` can't send a token, so the file is fetched whole; it isn't shared with other viewers.

const message = document.querySelector<HTMLElement>("#locked-message");

async function unlock(): Promise<void> {
  say("Asking for the video…");
  const response = await authorizedFetch(location.pathname, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = page.querySelector("#main");
  if (!response.ok || main === null) {
    const detail = main?.querySelector("h1 + p")?.textContent;
    say(response.status === 401 ? "Sign in with an account that may watch it." : (detail ?? "The video can’t be shown. Please try again."));
    return;
  }
  const video = main.querySelector("video");
  const source = video?.getAttribute("src");
  video?.removeAttribute("src");
  video?.removeAttribute("poster");
  document.title = page.title;
  document.querySelector("#main")?.replaceChildren(...document.adoptNode(main).childNodes);
  enableCopyButtons();
  if (video && source) {
    await loadWhole(video, source);
  }
}

async function loadWhole(video: HTMLVideoElement, source: string): Promise<void> {
  const note = document.createElement("p");
  note.className = "notice";
  note.setAttribute("role", "status");
  note.textContent = "Loading the video, which isn’t public…";
  video.closest(".player")?.after(note);
  const response = await authorizedFetch(source);
  if (!response.ok) {
    note.textContent = await problemDetail(response);
    return;
  }
  video.src = URL.createObjectURL(await response.blob());
  note.remove();
}

function say(text: string): void {
  if (message !== null) {
    message.textContent = text;
  }
}

if (isSignedIn()) {
  unlock().catch(() => say("The instance can’t be reached. Check your connection and try again."));
}
