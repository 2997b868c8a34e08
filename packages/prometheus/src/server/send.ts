import { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answer } from './answer.ts';
import { isHeldByWritesOnly } from './process-end.ts';
import { STALL_LIMIT_MS } from './stall-limit.ts';

/** How often a response that does not go on is looked at: the process may end by so much later. */
const LOOK_EVERY_MS = 1000;

/**
 * Sends an answer at the client's pace, and resolves when it has been sent or given up: because the client has gone, or has
 * read nothing for too long, or because nothing else holds the process. Never rejects. Errors of the response are not listened
 * for: it closes as well.
 */
export async function send(
  response: ServerResponse,
  { status, headers, body, release }: Answer,
  stallLimitMs = STALL_LIMIT_MS,
): Promise<void> {
  // Somebody else has answered, or nobody waits for it any more.
  if (response.headersSent || response.destroyed) return release(true);
  const sending = new Sending(response, stallLimitMs);
  try {
    response.writeHead(status, headers);
    for (const chunk of body.slice(0, -1)) {
      if (!response.write(chunk)) await sending.goesOn();
      if (sending.isOver) return;
      // What the network takes at once would otherwise be written without a pause.
      await nextTurn();
    }
    response.end(body.at(-1));
    while (!sending.isOver) await sending.goesOn();
  } catch {
    // Something that has wrapped the response has failed.
    response.destroy();
  } finally {
    sending.stopLooking();
    release(response.writableFinished && isItself(response));
  }
}

/** Whether nothing stands between the response and the network that may keep what it is given, as middleware for compression does. */
function isItself({ write, end }: ServerResponse): boolean {
  return write === ServerResponse.prototype.write && end === ServerResponse.prototype.end;
}

/** A response that is under way, and what comes of it. */
class Sending {
  /** Whether all is sent, or nothing more can be. */
  isOver = false;
  readonly #response: ServerResponse;
  readonly #looking: NodeJS.Timeout;
  readonly #stallLimitMs: number;
  #sinceMs = performance.now();
  #proceed: (() => void) | undefined;

  constructor(response: ServerResponse, stallLimitMs: number) {
    this.#response = response;
    this.#stallLimitMs = stallLimitMs;
    response.on('drain', this.#onDrain).on('finish', this.#onEnd).on('close', this.#onEnd);
    this.#looking = setInterval(this.#look, Math.min(LOOK_EVERY_MS, stallLimitMs));
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
    this.#response.off('drain', this.#onDrain).off('finish', this.#onEnd).off('close', this.#onEnd);
  }

  readonly #onDrain = (): void => this.#proceed?.();

  readonly #onEnd = (): void => {
    this.isOver = true;
    this.#proceed?.();
  };

  readonly #look = (): void => {
    if (performance.now() - this.#sinceMs >= this.#stallLimitMs || isHeldByWritesOnly()) {
      this.#response.destroy();
      this.#onEnd();
    }
  };
}
