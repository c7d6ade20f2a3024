import type { VNode } from "preact";
import type { VideoDetails } from "../../../contract/video";
import { Icon } from "./icons";

/** Like and dislike, with how many did; pressing needs a script (src/client/entries/watch-social.ts). */
export function RateButtons({ video }: { video: VideoDetails }): VNode {
  return (
    <div class="rate" id="rate" role="group" aria-label="Rate this video" data-video={video.uuid}>
      <button class="button" type="button" data-rate="like" aria-pressed="false" title="Like">
        <Icon name="like" />
        <span class="visually-hidden">Like</span>
        <span data-rate-count>{video.likes}</span>
      </button>
      <button class="button" type="button" data-rate="dislike" aria-pressed="false" title="Dislike">
        <Icon name="dislike" />
        <span class="visually-hidden">Dislike</span>
        <span data-rate-count>{video.dislikes}</span>
      </button>
    </div>
  );
}
