import { formatBytes } from "../format-time";
import type { PlayerStats } from "../stats";
import { h } from "./dom";

export interface StatsPanel {
  element: HTMLElement;
  update(stats: PlayerStats): void;
}

/** The panel that tells where the bytes come from, with the switch for P2P. */
export function createStatsPanel(canSwitch: boolean, isOn: () => boolean, setOn: (on: boolean) => void): StatsPanel {
  const rows = h("dl", { class: "player-stats-rows" });
  const toggle = h("input", { type: "checkbox", role: "switch" });
  toggle.addEventListener("change", () => setOn(toggle.checked));
  const element = h(
    "section",
    { class: "player-stats", "aria-label": "Sharing between viewers", hidden: true },
    h("label", { class: "player-stats-switch" }, toggle, "Exchange pieces with other viewers"),
    h("p", {}, "Viewers of this video see each other's network address while this is on."),
    rows,
  );
  toggle.disabled = !canSwitch;
  return {
    element,
    update(stats) {
      toggle.checked = isOn();
      const facts: [string, string][] = [
        ["Viewers connected", String(stats.peers)],
        ["From viewers", formatBytes(stats.fromPeers)],
        ["From the server", formatBytes(stats.fromWebSeed + stats.fromHttp)],
        ["Sent to viewers", formatBytes(stats.uploaded)],
        ["Here to share", `${Math.floor(stats.progress * 100)} %`],
        ["Playing through", stats.engine === "webtorrent" ? "WebTorrent" : "HTTP"],
      ];
      rows.replaceChildren(...facts.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]));
    },
  };
}
