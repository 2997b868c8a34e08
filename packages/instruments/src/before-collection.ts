import type { Meter, ObservableGauge } from '@opentelemetry/api';
import { describeError } from './described.ts';
import type { AttachableInstrument } from './meter-attachment.ts';
import { warn } from './warn.ts';

/**
 * Does things just before each collection: what a gauge is worth then is recorded then, which costs nothing in between, needs no
 * timer, and is right however often is collected.
 *
 * SDKs call the callbacks of observable instruments before they read the others (as sdk-metrics does, and `@flowmeter/engine`), so
 * there is one that observes nothing. An instrument without observations has no data.
 */
export class BeforeCollection implements AttachableInstrument {
  readonly #name: string;
  readonly #calls = new Map<string, () => void>();
  readonly #callAll = (): void => {
    for (const call of this.#calls.values()) call();
  };
  #meter: Meter | undefined;
  #instrument: ObservableGauge | undefined;

  /** @param name of the instrument that stands for it */
  constructor(name: string) {
    this.#name = name;
  }

  /** Does it before every collection from now on, in the place of what had the same key. */
  do(key: string, call: () => void): void {
    this.#calls.set(key, call);
    this.#register();
  }

  attach(meter: Meter): void {
    this.#meter = meter;
    // A set that has nothing to do then is not held by its meter.
    if (this.#calls.size > 0) this.#register();
  }

  detach(): void {
    this.#instrument?.removeCallback(this.#callAll);
    this.#instrument = undefined;
    this.#meter = undefined;
  }

  #register(): void {
    if (this.#meter === undefined || this.#instrument !== undefined) return;
    try {
      this.#instrument = this.#meter.createObservableGauge(this.#name, {
        description: 'Has no values: it has gauges recorded as they are when a collection begins.',
      });
      this.#instrument.addCallback(this.#callAll);
    } catch (error) {
      warn(`${this.#name}: gauges stay as they are, since the meter takes no callback: ${describeError(error)}`);
    }
  }
}
