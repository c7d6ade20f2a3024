import "../styles/studio.css";
import { render } from "preact";
import { StudioApp } from "../studio/studio-app";

const root = document.querySelector<HTMLElement>("#studio");
if (root !== null) {
  const parameters = new URLSearchParams(location.search);
  const engine = parameters.get("engine");
  render(
    <StudioApp
      forcedEngine={engine === "ffmpeg" || engine === "webcodecs" ? engine : undefined}
      videoId={parameters.get("video") ?? undefined}
    />,
    root,
  );
}
