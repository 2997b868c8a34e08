import { setTimeout as wait } from 'node:timers/promises';

/** The time that pushes are made in; tests have one that needs no waiting. */
export interface PushClock {
  /** In milliseconds, from any beginning. */
  now(): number;
  /** Resolves when so much time has passed, or the signal has come. Holds no process. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const PUSH_CLOCK: PushClock = {
  now: () => performance.now(),
  wait: (ms, signal) => wait(ms, undefined, { ref: false, signal }).catch(() => {}),
};
