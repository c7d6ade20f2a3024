import { render } from "preact";
import { MyVideos } from "../my-videos/my-videos";
import { currentUser } from "../session/session";

const root = document.querySelector<HTMLElement>("#my-videos");
if (root !== null) {
  const user = await currentUser().catch(() => undefined);
  if (user === undefined) {
    location.replace(`/login?next=${encodeURIComponent(location.pathname)}`);
  } else {
    render(<MyVideos />, root);
  }
}
