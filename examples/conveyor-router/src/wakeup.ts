/** A bell that any number of tasks wait for: whoever changes something rings, and everyone looks again. */
export class Wakeup {
  #next = Promise.withResolvers<void>();

  /** Resolves at the next ring; to be called in a loop that checks its condition first. */
  wait(): Promise<void> {
    return this.#next.promise;
  }

  /** Resolves to true at the next ring, or to false when `timeoutMs` have passed without one. */
  waitAtMost(timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, timeoutMs, false);
    void this.#next.promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
    return promise;
  }

  /** Wakes everyone who waits at this moment. */
  ring(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers<void>();
    resolve();
  }
}
