import type { ServerResponse } from 'node:http';
import { isHeldByWritesOnly } from './process-end.ts';
import type { SendingLimits } from './sending-limits.ts';

/** How often a response is looked at that waits for its client. */
const LOOK_EVERY_MS = 1000;

/**
 * How long a client may read nothing while nothing but the response seems to hold the process, which may end by so much and a
 * look later. It only seems so where the main thread waits for a Worker: then it is a client that hardly reads.
 */
const END_STALL_MS = 3000;

/** A response that is under way, and what comes of it. */
export class Sending {
  /** Whether all is sent, or nothing more can be. */
  isOver = false;
  readonly #response: ServerResponse;
  readonly #givenUp: AbortSignal | undefined;
  readonly #limits: SendingLimits;
  readonly #looking: NodeJS.Timeout;
  readonly #beganMs = performance.now();
  #sinceMs = this.#beganMs;
  #proceed: (() => void) | undefined;

  constructor(response: ServerResponse, givenUp: AbortSignal | undefined, limits: SendingLimits) {
    this.#response = response;
    this.#givenUp = givenUp;
    this.#limits = limits;
    response.on('drain', this.#onDrain).on('finish', this.#onEnd).on('close', this.#onEnd);
    givenUp?.addEventListener('abort', this.#giveUp);
    this.#looking = setInterval(this.#look, Math.min(LOOK_EVERY_MS, limits.stallMs, limits.responseMs));
    this.#looking.unref();
  }

  /** Resolves when the client has taken what was written, or the response is over. */
  goesOn(): Promise<void> {
    this.#sinceMs = performance.now();
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => (this.#proceed = resolve));
  }

  stopLooking(): void {
    clearInterval(this.#looking);
    this.#givenUp?.removeEventListener('abort', this.#giveUp);
    this.#response.off('drain', this.#onDrain).off('finish', this.#onEnd).off('close', this.#onEnd);
  }

  readonly #onDrain = (): void => this.#proceed?.();

  readonly #onEnd = (): void => {
    this.isOver = true;
    this.#proceed?.();
  };

  readonly #giveUp = (): void => {
    this.#response.destroy();
    this.#onEnd();
  };

  readonly #look = (): void => {
    const nowMs = performance.now();
    const { stallMs, responseMs } = this.#limits;
    const stalledMs = nowMs - this.#sinceMs;
    const isTooSlow = stalledMs >= stallMs || nowMs - this.#beganMs >= responseMs;
    if (isTooSlow || (stalledMs >= END_STALL_MS && isHeldByWritesOnly())) this.#giveUp();
  };
}
