import type { Player } from "../../src/client/player/start-player.ts";

// What a watch page shows of its player, for tests that look into it.
declare global {
  var edgetubePlayer: Player | undefined;
}
