/** How a source is doing, for all that read it. */
export interface SourceActivity {
  /** When it had its last event, by the clock of `performance.now()`; when reading began, if there was none since. */
  lastEventMs: number;
  /** How many read it. */
  readers: number;
  /** Whether a reader has failed and none has come in its place. */
  isDown: boolean;
}

export function startActivity(): SourceActivity {
  return { lastEventMs: 0, readers: 0, isDown: false };
}

/** One reads. Where the last one has failed, the time without an event goes on: attempts to connect bring none. */
export function beginReading(activity: SourceActivity): void {
  if (activity.readers === 0 && !activity.isDown) activity.lastEventMs = performance.now();
  activity.readers += 1;
  activity.isDown = false;
}

/** One reads no more, having failed or not. */
export function endReading(activity: SourceActivity, hasFailed: boolean): void {
  activity.readers -= 1;
  activity.isDown ||= hasFailed;
}

/** For how many seconds there has been no event: 0 before the window is over, and while none is expected. */
export function idleSeconds({ lastEventMs, readers, isDown }: SourceActivity, windowMs: number): number {
  const idleMs = performance.now() - lastEventMs;
  return (readers > 0 || isDown) && idleMs >= windowMs ? idleMs / 1000 : 0;
}
