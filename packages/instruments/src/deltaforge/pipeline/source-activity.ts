/** How a source is doing, for all that read it. */
export interface SourceActivity {
  /** When it had its last event, by the clock of `performance.now()`; when one was first expected, if there was none since. */
  lastEventMs: number;
  /** How many streams of it are read. */
  readers: number;
  /** Whether it calls back with single events. */
  isCallingBack: boolean;
  /** Whether a stream of it has failed and none has come in its place. */
  isDown: boolean;
}

export function startActivity(): SourceActivity {
  return { lastEventMs: 0, readers: 0, isCallingBack: false, isDown: false };
}

/** A stream of it is read. Where the last one has failed, the time without an event goes on: attempts to connect bring none. */
export function beginReading(activity: SourceActivity): void {
  if (!isExpected(activity)) activity.lastEventMs = performance.now();
  activity.readers += 1;
  activity.isDown = false;
}

/** A stream of it is read no more, having failed or not. */
export function endReading(activity: SourceActivity, hasFailed: boolean): void {
  activity.readers -= 1;
  activity.isDown ||= hasFailed;
}

/** For how many seconds there has been no event: 0 before the window is over, and while none is expected. */
export function idleSeconds(activity: SourceActivity, windowMs: number): number {
  const idleMs = performance.now() - activity.lastEventMs;
  return isExpected(activity) && idleMs >= windowMs ? idleMs / 1000 : 0;
}

function isExpected({ readers, isCallingBack, isDown }: SourceActivity): boolean {
  return readers > 0 || isCallingBack || isDown;
}
