import type { Observable, ObservableCallback } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { ObservableCallbacks } from './observable-callbacks.ts';

/** An observable counter, up-down counter or gauge. What it is worth is known to its callbacks alone. */
export class ObservableInstrument implements Observable {
  readonly acceptance: Acceptance;
  readonly #callbacks: ObservableCallbacks;

  constructor(acceptance: Acceptance, callbacks: ObservableCallbacks) {
    this.acceptance = acceptance;
    this.#callbacks = callbacks;
  }

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.add(callback, this);
  }

  removeCallback(callback: ObservableCallback): void {
    this.#callbacks.remove(callback, this);
  }
}
