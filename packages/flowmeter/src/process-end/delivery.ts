import type { MessagePort } from 'node:worker_threads';
import type { OtlpTarget } from '../metrics/otlp-connection.ts';
import type { Refusal } from '../metrics/otlp-failure.ts';

/** What the thread of the last push is given. */
export interface Delivery {
  readonly target: OtlpTarget;
  /** Delivered one after the other. */
  readonly bodies: readonly Uint8Array[];
  readonly limitMs: number;
  /** Takes an {@link Outcome} for each body, in their order; none for those that were not worth a try. */
  readonly port: MessagePort;
  /** Shared: 0 until nothing more is to come. */
  readonly ended: Int32Array;
}

/** What came of a body: the answer to it, or why it was not taken. */
export type Outcome = { readonly answer: Uint8Array | undefined } | { readonly refusal: Refusal };
