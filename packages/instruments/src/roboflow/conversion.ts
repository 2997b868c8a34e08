import { copyOf } from '../attribute-values.ts';
import { along } from '../flow/along.ts';
import { countInto, sizeOf, type Count } from '../flow/counting.ts';
import type { End } from '../flow/watcher.ts';
import type { Counter, DurationHistogram, UpDownCounter } from '../instrument-interfaces.ts';

type NoAttributes = Record<never, never>;

/** What conversions are measured with. */
interface ConversionInstruments {
  readonly episodesProcessed: Counter<{ dataset_id: string; status: string }>;
  readonly episodeProcessingDurationSeconds: DurationHistogram<NoAttributes>;
  readonly framesProcessed: Counter<NoAttributes>;
  readonly activeConversions: UpDownCounter<NoAttributes>;
  readonly videoEncodingDurationSeconds: DurationHistogram<NoAttributes>;
  readonly videoFramesEncoded: Counter<{ camera: string }>;
}

/** The conversion of an episode, and the encoding of its videos. */
export interface Conversion<EpisodeAttributes, CameraAttributes> {
  /**
   * Converts an episode: active while the work lasts, then processed, with its duration, as `success`, `failure`, or
   * `cancelled`, which is an `AbortError` or a result that was not read to its end. What the work returns or throws comes back
   * untouched.
   *
   * @param work does it, at once or as a promise, and counts the frames it has written through its argument; where it gives a
   *   stream or a generator of them, they are counted as they are taken, and the episode ends when that does
   */
  episode<Result>(attributes: EpisodeAttributes, work: (frames: Count) => Result): Result;
  /** Encodes the video of a camera: its duration, however it ends, and its frames, which are counted as an episode's. */
  encode<Result>(attributes: CameraAttributes, work: (frames: Count) => Result): Result;
}

export function conversionWith(
  instruments: ConversionInstruments,
): Conversion<{ dataset_id: string }, { camera: string }> {
  const active = instruments.activeConversions.bind();
  const processedFrames = countInto(instruments.framesProcessed.bind());
  return {
    episode(attributes, work) {
      const given = copyOf(attributes);
      active.add(1);
      const timer = instruments.episodeProcessingDurationSeconds.startTimer();
      return along(() => work(processedFrames), {
        item: (frame) => processedFrames.add(sizeOf(frame)),
        ended: (end) => {
          active.add(-1);
          timer.stop();
          instruments.episodesProcessed.add(1, { ...given, status: statusOf(end) });
        },
      });
    },
    encode(attributes, work) {
      const frames = countInto(instruments.videoFramesEncoded.bind(attributes));
      const timer = instruments.videoEncodingDurationSeconds.startTimer();
      return along(() => work(frames), {
        item: (frame) => frames.add(sizeOf(frame)),
        ended: () => timer.stop(),
      });
    },
  };
}

function statusOf(end: End): 'success' | 'failure' | 'cancelled' {
  if ('cancelled' in end) return 'cancelled';
  if (end.succeeded) return 'success';
  return end.error instanceof Error && end.error.name === 'AbortError' ? 'cancelled' : 'failure';
}
