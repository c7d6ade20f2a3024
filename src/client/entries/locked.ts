import type { VideoDetails } from "../../contract/video";
import { withFileToken } from "../../protocol/file-token";
import { enableComments } from "../comments/comments";
import { enableRating } from "../comments/rating";
import { enableCopyButtons } from "../page/copy";
import { openFileAccess } from "../session/file-token";
import { authorizedFetch, isSignedIn } from "../session/session";

// A video that isn't public: the page's own address, asked again with the user's token, gives the page of the video.
// Its files' addresses get a token of their own, since a `<video>` and a link can't send the user's.

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
  const details = JSON.parse(page.querySelector("#video-details")?.textContent ?? "") as VideoDetails;
  const links = [...main.querySelectorAll<HTMLAnchorElement>("a[download]")];
  let fileToken = "";
  const fileAccess = await openFileAccess(details.uuid, (token) => {
    fileToken = token;
    for (const link of links) {
      link.href = withFileToken(link.getAttribute("href") ?? "", token);
    }
  });
  const video = main.querySelector("video");
  video?.setAttribute("src", withFileToken(video.getAttribute("src") ?? "", fileToken));

  document.title = page.title;
  document.querySelector("#main")?.replaceChildren(...document.adoptNode(main).childNodes);
  enableCopyButtons();
  enableComments();
  enableRating();
  const root = document.getElementById("player");
  if (root !== null) {
    // Nothing is shared between viewers: the bytes are for those whom the instance lets have them, and peers can't tell.
    const { startPlayer } = await import("../player/start-player");
    startPlayer(details, { root, p2pAllowed: false, fileAccess, statsElement: document.getElementById("p2p-stats") });
  }
}

function say(text: string): void {
  if (message !== null) {
    message.textContent = text;
  }
}

if (isSignedIn()) {
  unlock().catch(() => say("The video can’t be loaded. Check your connection and try again."));
}
