import type { OtlpTarget } from '../metrics/otlp-http-request.ts';

/** What the thread of the last push is given. */
export interface Delivery {
  readonly target: OtlpTarget;
  readonly body: Uint8Array;
  /** Shared: what came of it, one of the constants below or the status of the answer; and of how many bytes the reason is. */
  readonly outcome: Int32Array;
  /** Shared: why the connection failed, in UTF-8. */
  readonly reason: Uint8Array;
}

/** Nothing yet. */
export const PENDING = 0;
/** The connection failed. */
export const UNREACHABLE = 1;
