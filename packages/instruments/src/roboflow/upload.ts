import { around, isThenable } from '../flow/around.ts';
import { byteLengthOf, type Bytes } from '../flow/counting-bytes.ts';
import type { Counter, DurationHistogram, UpDownCounter } from '../instrument-interfaces.ts';

type NoAttributes = Record<never, never>;

/** What uploads are measured with. */
interface UploadInstruments {
  readonly uploadDurationSeconds: DurationHistogram<{ file_type: string }>;
  readonly uploadRetries: Counter<{ reason: string }>;
  readonly uploadBytes: Counter<NoAttributes>;
  readonly pendingUploads: UpDownCounter<NoAttributes>;
}

/** Makes one attempt; what it returns or throws comes back untouched. */
export type Attempt = <Result>(make: () => Result) => Result;

/** What is known of an upload, and how it is run. */
export interface UploadOptions {
  /** What is uploaded, or how many bytes it has; counted when it has succeeded. Default: not counted. */
  readonly bytes?: number | Bytes;
  /**
   * The reason of a retry, from what the attempt before has thrown; there should be few. Default: its `code`, that of its
   * cause, or its name.
   */
  readonly reason?: (error: unknown) => string;
}

/** An upload that waits for its turn. */
interface QueuedUploadOptions<Result, Queued> extends UploadOptions {
  /** Runs the upload when there is a worker for it, as the function of a queue does. Default: at once. */
  readonly queue: (upload: () => Result) => Queued;
}

/** The upload of files. */
export interface Uploads<FileAttributes> {
  /**
   * Uploads a file: pending until a worker has taken it, or will never; then its duration, retries included, however it
   * ends, and its bytes if it has succeeded. What the work returns or throws comes back untouched.
   *
   * @param work does it, at once or as a promise; where it tries more than once, it makes each attempt through its argument,
   *   which counts those after a failed one as retries
   */
  upload<Result, Queued>(
    attributes: FileAttributes,
    work: (attempt: Attempt) => Result,
    options: QueuedUploadOptions<Result, Queued>,
  ): Queued;
  upload<Result>(attributes: FileAttributes, work: (attempt: Attempt) => Result, options?: UploadOptions): Result;
}

export function uploadsWith(instruments: UploadInstruments): Uploads<{ file_type: string }> {
  const pending = instruments.pendingUploads.bind();
  const uploaded = instruments.uploadBytes.bind();

  function upload<Result>(
    attributes: { file_type: string },
    work: (attempt: Attempt) => Result,
    options?: UploadOptions & Partial<QueuedUploadOptions<Result, unknown>>,
  ): unknown {
    const { bytes, reason = reasonOf, queue = (run: () => Result) => run() } = options ?? {};
    let isPending = true;
    const taken = (): void => {
      if (isPending) pending.add(-1);
      isPending = false;
    };
    pending.add(1);
    const run = (): Result => {
      taken();
      const timer = instruments.uploadDurationSeconds.startTimer(attributes);
      const attempt = retriesOf((why) => instruments.uploadRetries.add(1, { reason: why }), reason);
      return around(
        () => work(attempt),
        ({ succeeded }) => {
          timer.stop();
          if (succeeded && bytes !== undefined)
            uploaded.add(typeof bytes === 'number' ? bytes : (byteLengthOf(bytes) ?? 0));
        },
      );
    };
    let queued: unknown;
    try {
      queued = queue(run);
    } catch (error) {
      taken();
      throw error;
    }
    // One that is cleared gives up what it has promised. One that promises nothing may still run it.
    return isThenable(queued) ? around(() => queued, taken) : queued;
  }
  return { upload };
}

/** Counts an attempt that is made after a failed one. */
function retriesOf(count: (reason: string) => void, reason: (error: unknown) => string): Attempt {
  let failedFor: string | undefined;
  return (make) => {
    if (failedFor !== undefined) count(failedFor);
    failedFor = undefined;
    return around(make, (outcome) => {
      if (outcome.succeeded) return;
      failedFor = 'other';
      failedFor = reason(outcome.error);
    });
  };
}

/** The values of OpenTelemetry's `error.type`: a code where there is one, else the name. */
function reasonOf(error: unknown): string {
  const { code, name, cause } = Object(error) as { code?: unknown; name?: unknown; cause?: { code?: unknown } };
  const known = [code, cause?.code, name].find((value) => typeof value === 'string' && value !== '');
  return typeof known === 'string' ? known : 'other';
}
