import type { ViewAddition } from "./video-views-object";

/** What is to be counted of several videos, gathered so that each video's counter is asked once. */
export interface ViewTally {
  add: (videoUuid: string, addition: ViewAddition) => void;
  byVideo: () => [string, ViewAddition[]][];
}

export function createViewTally(): ViewTally {
  const additions = new Map<string, ViewAddition[]>();
  return {
    add(videoUuid, addition) {
      const list = additions.get(videoUuid);
      if (list === undefined) {
        additions.set(videoUuid, [addition]);
      } else {
        list.push(addition);
      }
    },
    byVideo: () => [...additions],
  };
}
