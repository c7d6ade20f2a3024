import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";

interface FilePickerProps {
  isAnother: boolean;
  /** The file that is being looked at. */
  lookingAt: string | undefined;
  error: string | undefined;
  onFile: (file: File) => void;
}

/** A video by drop or by the system's dialog. */
export function FilePicker({ isAnother, lookingAt, error, onFile }: FilePickerProps): VNode {
  const [isOver, setIsOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) {
      onFile(file);
    }
  };
  return (
    <section
      class={`panel studio-picker ${isOver ? "studio-picker-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <h2>{isAnother ? "Upload another video" : "Choose a video"}</h2>
      <p id="studio-file-hint">MP4, MOV, WebM or MKV. Drop it here, or choose it; nothing is sent until you say so.</p>
      <input
        ref={input}
        id="studio-file"
        class="visually-hidden"
        type="file"
        accept="video/*,.mkv,.mov,.mp4,.m4v,.webm"
        aria-describedby="studio-file-hint"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          // The same file again is a choice, too.
          event.currentTarget.value = "";
          if (file !== undefined) {
            onFile(file);
          }
        }}
      />
      <button
        class="button button-primary"
        type="button"
        aria-describedby="studio-file-hint"
        onClick={() => input.current?.click()}
        disabled={lookingAt !== undefined}
      >
        Choose a file
      </button>
      <p role="status">{lookingAt !== undefined && `Looking at ${lookingAt} …`}</p>
      <p class="form-error" role="alert">
        {error}
      </p>
    </section>
  );
}
