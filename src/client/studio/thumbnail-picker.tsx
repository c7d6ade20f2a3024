import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { FramePicker } from "../transcode/thumbnail";
import type { SourceInfo } from "../transcode/types";
import { formatDuration } from "./format";

/** Where most videos have begun to show something, and nothing is given away yet. */
const DEFAULT_SHARE = 0.15;
const SLIDER_REST_MS = 60;

interface ThumbnailPickerProps {
  file: File;
  info: SourceInfo;
  /** The choice that counts from now on. It may take a moment to be drawn; undefined where it can't be. */
  onThumbnail: (image: Promise<Blob | undefined>) => void;
}

/** The video's picture in lists: one of its frames, by a slider, or an image of the user's own. */
export function ThumbnailPicker({ file, info, onThumbnail }: ThumbnailPickerProps): VNode {
  const [seconds, setSeconds] = useState(info.duration * DEFAULT_SHARE);
  const [url, setUrl] = useState<string>();
  const [isOwn, setIsOwn] = useState(false);
  const [error, setError] = useState<string>();
  const [frames, setFrames] = useState<FramePicker>();
  const [isOpening, setIsOpening] = useState(true);
  /** Only the frame that was asked for last counts. */
  const asked = useRef(0);

  const show = (image: Blob | undefined) => {
    setUrl((old) => {
      if (old !== undefined) {
        URL.revokeObjectURL(old);
      }
      return image === undefined ? undefined : URL.createObjectURL(image);
    });
  };

  const opening = useMemo(() => openFrames(file), [file]);
  useEffect(() => {
    let gone = false;
    void opening.then((opened) => {
      if (!gone) {
        setFrames(opened);
        setIsOpening(false);
      }
    });
    return () => {
      gone = true;
      void opening.then((opened) => opened?.close());
    };
  }, [opening]);

  useEffect(() => {
    if (isOwn) {
      return;
    }
    const turn = ++asked.current;
    const isLast = () => turn === asked.current;
    const image = frameAt(opening, seconds, isLast);
    onThumbnail(image);
    void image.then((drawn) => {
      if (isLast() && drawn !== undefined) {
        show(drawn);
      }
    });
  }, [opening, seconds, isOwn]);

  const takeImage = async (image: File) => {
    const { imageToThumbnail } = await import("../transcode/thumbnail");
    const thumbnail = await imageToThumbnail(image);
    setError(thumbnail === undefined ? `«${image.name}» isn’t an image this browser can read.` : undefined);
    if (thumbnail !== undefined) {
      asked.current += 1;
      setIsOwn(true);
      onThumbnail(Promise.resolve(thumbnail));
      show(thumbnail);
    }
  };

  return (
    <fieldset class="studio-thumbnail">
      <legend>Thumbnail</legend>
      <div class="studio-thumbnail-picture" data-ready={url !== undefined}>
        {url === undefined ? (
          <span>{isOpening ? "…" : "This browser can’t show its frames."}</span>
        ) : (
          <img src={url} alt="The chosen thumbnail" />
        )}
      </div>
      {frames !== undefined && !isOwn && (
        <label class="field" for="studio-thumbnail-time">
          Frame at {formatDuration(seconds)}
          <input
            id="studio-thumbnail-time"
            type="range"
            min={0}
            max={info.duration}
            step={Math.max(0.04, info.duration / 500)}
            value={seconds}
            aria-valuetext={formatDuration(seconds)}
            onInput={(event) => setSeconds(Number(event.currentTarget.value))}
          />
        </label>
      )}
      <div class="button-row">
        <label class="button">
          {isOwn ? "Another image" : "Use an image instead"}
          <input
            id="studio-thumbnail-file"
            class="visually-hidden"
            type="file"
            accept="image/*"
            onChange={(event) => {
              const image = event.currentTarget.files?.[0];
              event.currentTarget.value = "";
              if (image !== undefined) {
                void takeImage(image);
              }
            }}
          />
        </label>
        {isOwn && frames !== undefined && (
          <button class="button" type="button" onClick={() => setIsOwn(false)}>
            Use a frame
          </button>
        )}
      </div>
      <p class="form-error" role="alert">
        {error}
      </p>
    </fieldset>
  );
}

async function openFrames(file: File): Promise<FramePicker | undefined> {
  try {
    const { createFramePicker } = await import("../transcode/thumbnail");
    return await createFramePicker(file);
  } catch (error) {
    console.warn("No frames can be shown", error);
    return undefined;
  }
}

/** The frame at a time; undefined where it can't be drawn, or another was asked for meanwhile. */
async function frameAt(opening: Promise<FramePicker | undefined>, seconds: number, isLast: () => boolean): Promise<Blob | undefined> {
  const frames = await opening;
  // A slider that moves asks for many; the decoder needs a moment for each.
  await new Promise((resolve) => setTimeout(resolve, SLIDER_REST_MS));
  try {
    return isLast() ? await frames?.frameAt(seconds) : undefined;
  } catch (error) {
    console.warn("The frame can't be shown", error);
    return undefined;
  }
}
