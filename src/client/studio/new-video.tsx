import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ProbeFailure } from "../transcode/probe";
import type { SourceInfo } from "../transcode/types";
import { DetailsForm } from "./details-form";
import { FilePicker } from "./file-picker";
import { codecName, formatBytes, formatDuration, formatFrameRate, titleOfFile } from "./format";
import type { NewJob } from "./jobs";
import type { StudioContext } from "./studio-app";
import { ThumbnailPicker } from "./thumbnail-picker";

const THUMBNAIL_PATIENCE_MS = 10_000;

type Phase = { is: "empty"; error: string | undefined } | { is: "looking"; file: File } | { is: "found"; file: File; info: SourceInfo };

interface NewVideoProps {
  context: StudioContext;
  onSubmit: (job: NewJob) => void;
  hasJobs: boolean;
}

/** Choosing a file, looking at what it is, and telling about it. */
export function NewVideo({ context, onSubmit, hasJobs }: NewVideoProps): VNode {
  const [phase, setPhase] = useState<Phase>({ is: "empty", error: undefined });
  const heading = useRef<HTMLHeadingElement>(null);
  const look = async (file: File) => {
    setPhase({ is: "looking", file });
    setPhase(await inspect(file));
  };
  useEffect(() => {
    if (phase.is === "found") {
      heading.current?.focus();
    }
  }, [phase.is]);

  if (phase.is !== "found") {
    return (
      <FilePicker
        isAnother={hasJobs}
        lookingAt={phase.is === "looking" ? phase.file.name : undefined}
        error={phase.is === "empty" ? phase.error : undefined}
        onFile={(file) => void look(file)}
      />
    );
  }
  const { file, info } = phase;
  return (
    <section class="panel studio-new">
      <h2 tabIndex={-1} ref={heading}>
        {file.name}
      </h2>
      <Facts file={file} info={info} />
      <NewVideoForm
        key={`${file.name} ${file.size} ${file.lastModified}`}
        context={context}
        file={file}
        info={info}
        onCancel={() => setPhase({ is: "empty", error: undefined })}
        onSubmit={(job) => {
          setPhase({ is: "empty", error: undefined });
          onSubmit(job);
          scrollTo({ top: 0 });
        }}
      />
    </section>
  );
}

interface NewVideoFormProps {
  context: StudioContext;
  file: File;
  info: SourceInfo;
  onCancel: () => void;
  onSubmit: (job: NewJob) => void;
}

function NewVideoForm({ context, file, info, onCancel, onSubmit }: NewVideoFormProps): VNode {
  const thumbnail = useRef<Promise<Blob | undefined>>(Promise.resolve(undefined));
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (details: NewJob["details"]) => {
    setIsBusy(true);
    // Whoever is quick to confirm still gets the picture; a decoder that hangs doesn't hold the upload back.
    const patience = new Promise<undefined>((resolve) => setTimeout(resolve, THUMBNAIL_PATIENCE_MS, undefined));
    onSubmit({ file, info, details, thumbnail: await Promise.race([thumbnail.current, patience]), forcedEngine: context.forcedEngine });
  };
  return (
    <DetailsForm
      context={context}
      initial={{
        name: titleOfFile(file.name),
        channelId: context.user.videoChannels[0]?.id ?? 0,
        privacy: 1,
        description: "",
        category: undefined,
        licence: undefined,
        language: undefined,
        tags: [],
        nsfw: false,
      }}
      submitLabel="Upload"
      onCancel={onCancel}
      isBusy={isBusy}
      onSubmit={(details) => void submit(details)}
    >
      <ThumbnailPicker
        file={file}
        info={info}
        onThumbnail={(image) => {
          thumbnail.current = image;
        }}
      />
    </DetailsForm>
  );
}

function Facts({ file, info }: { file: File; info: SourceInfo }): VNode {
  const { video, audio } = info;
  const sound =
    audio === undefined
      ? "no sound"
      : `${codecName(audio.codec)}, ${audio.sampleRate / 1000} kHz, ${audio.channels === 1 ? "mono" : audio.channels === 2 ? "stereo" : `${audio.channels} channels`}`;
  const facts: [string, string][] = [
    ["Length", formatDuration(info.duration)],
    ["Size", formatBytes(file.size)],
    [
      "Picture",
      `${video.width} × ${video.height}, ${formatFrameRate(video.frameRate)} frames a second${video.variableFrameRate ? " (variable)" : ""}, ${codecName(video.codec)}`,
    ],
    ["Sound", sound],
    ["Container", info.container === "QuickTime File Format" ? "QuickTime" : info.container],
  ];
  return (
    <dl class="studio-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

async function inspect(file: File): Promise<Phase> {
  if (file.size === 0) {
    return { is: "empty", error: `«${file.name}» is empty.` };
  }
  try {
    // The reader of containers is large: it comes when there is something to read.
    const { probeFile } = await import("../transcode/probe");
    const found = await probeFile(file);
    return found.ok ? { is: "found", file, info: found.value } : { is: "empty", error: failureSentence(file, found.error) };
  } catch (error) {
    console.warn("The file couldn't be looked at", error);
    return { is: "empty", error: "The page couldn’t load what it needs to look at the file. Check your connection and try again." };
  }
}

function failureSentence(file: File, failure: ProbeFailure): string {
  switch (failure.reason) {
    case "not-a-video":
      return `«${file.name}» isn’t a video we can read. MP4, MOV, WebM and MKV work.`;
    case "no-picture":
      return `«${file.name}» has sound but no picture. Only videos can be uploaded so far.`;
    case "cut-off":
      return `«${file.name}» is incomplete: it ends in the middle. Copy it again from where it was recorded.`;
    case "damaged":
      return `«${file.name}» is damaged: its contents can’t be found. Does it play on your device?`;
  }
}
