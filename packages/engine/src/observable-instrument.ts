import type { Observable, ObservableCallback } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { ObservableCallbacks } from './observable-callbacks.ts';
import type { Stream } from './stream.ts';

/** An observable counter, up-down counter or gauge. What it is worth is known to its callbacks alone. */
export class ObservableInstrument implements Observable {
  readonly acceptance: Acceptance;
  readonly streams: readonly Stream[];
  readonly #callbacks: ObservableCallbacks;

  constructor(acceptance: Acceptance, streams: readonly Stream[], callbacks: ObservableCallbacks) {
    this.acceptance = acceptance;
    this.streams = streams;
    this.#callbacks = callbacks;
  }

  /** Whether it is of the same meter provider as these callbacks. */
  isBeside(callbacks: ObservableCallbacks): boolean {
    return this.#callbacks.provider === callbacks.provider;
  }

  /** Whether it is one at all: what was created with an invalid name has none, and does nothing. */
  get isNamed(): boolean {
    return this.acceptance.descriptor.name !== '';
  }

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.add(callback, this);
  }

  removeCallback(callback: ObservableCallback): void {
    this.#callbacks.remove(callback, this);
  }
}
