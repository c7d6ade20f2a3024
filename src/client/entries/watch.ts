import type { VideoDetails } from "../../contract/video";
import { startPlayer } from "../player/start-player";
import "../styles/player.css";

const root = document.getElementById("player");
const data = document.getElementById("video-details")?.textContent;
if (root !== null && data) {
  startPlayer(JSON.parse(data) as VideoDetails, {
    root,
    p2pAllowed: root.dataset["p2p"] !== "off",
    statsElement: document.getElementById("p2p-stats"),
  });
}
