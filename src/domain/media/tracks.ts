import {
  ADTS,
  BufferSource,
  FLAC,
  Input,
  Logging,
  LogLevel,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
  type InputFormat,
  type InputTrack,
  type Source,
} from "mediabunny";

/** The tracks that play, as mediabunny describes them. */
export interface TrackFacts {
  format: InputFormat;
  hasVideo: boolean;
  hasAudio: boolean;
  videoCodec: string | null;
  audioCodec: string | null;
  width: number;
  height: number;
}

const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MP3, OGG, WAVE, FLAC, ADTS, MPEG_TS];

/** Opens a file for reading. Dispose of it. */
export function openInput(source: Source): Input {
  // Broken files are expected here; the uploader is told, the log needn't be.
  Logging.level = LogLevel.Silent;
  return new Input({ source, formats: FORMATS });
}

/** The first video and the first audio track. Throws where the file can't be read. */
export async function readTracks(input: Input): Promise<TrackFacts> {
  const format = await input.getFormat();
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  return {
    format,
    hasVideo: video !== null,
    hasAudio: audio !== null,
    videoCodec: (await video?.getCodecParameterString().catch(() => null)) ?? (await fourCharacterCode(video)),
    audioCodec: (await audio?.getCodecParameterString().catch(() => null)) ?? (await fourCharacterCode(audio)),
    width: Math.round((await video?.getDisplayWidth()) ?? 0),
    height: Math.round((await video?.getDisplayHeight()) ?? 0),
  };
}

/** What MP4 calls a codec that mediabunny doesn't know, such as `mp4v`: enough for a player to see that it can't play it. */
async function fourCharacterCode(track: InputTrack | null): Promise<string | null> {
  const id = await track?.getInternalCodecId();
  return typeof id === "string" && /^[\w-]{4}$/.test(id) ? id : null;
}

/** The same of a file held in memory (headers alone suffice); undefined where they can't be read. */
export async function readTracksOfHeaders(headers: Uint8Array): Promise<TrackFacts | undefined> {
  const input = openInput(new BufferSource(headers));
  try {
    return await readTracks(input);
  } catch {
    // Broken headers throw many kinds of errors; none of them says more than «unreadable».
    return undefined;
  } finally {
    input.dispose();
  }
}
