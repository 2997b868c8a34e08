import type { Counter, MeterProvider } from '@opentelemetry/api';
import { inWords } from '../in-words.ts';
import { SELF_SCOPE } from './component.ts';

/** Different failures that are told: a message that holds a port or a time is another one each time. */
const MOST_TOLD = 10;

/** Characters by which a failure is known again. */
const KEY_CHARACTERS = 200;

/** Callbacks of observable instruments that failed: each kind of failure is told once, up to a handful, and all are counted. */
export class FailedCallbacks {
  readonly #warn: (message: string) => void;
  readonly #told = new Set<string>();
  #provider: MeterProvider | undefined;
  #counter: Counter | undefined;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Counts on a meter of this provider from now on. */
  countOn(provider: MeterProvider): void {
    this.#provider = provider;
    this.#counter = undefined;
  }

  /** @param thrown what callbacks have thrown in one collection */
  report(thrown: readonly unknown[]): void {
    for (const each of thrown) this.#tell(inWords(each));
    if (thrown.length > 0) this.#count(thrown.length);
  }

  #count(failures: number): void {
    this.#counter ??= this.#provider?.getMeter(SELF_SCOPE).createCounter('flowmeter.prometheus.failed_callbacks', {
      unit: '{callback}',
      description: 'Callbacks of observable instruments that threw or took too long during a scrape',
    });
    this.#counter?.add(failures);
  }

  #tell(failure: string): void {
    const key = failure.slice(0, KEY_CHARACTERS);
    if (this.#told.has(key) || this.#told.size > MOST_TOLD) return;
    this.#told.add(key);
    if (this.#told.size <= MOST_TOLD) this.#warn(`a callback failed: ${failure}`);
    else this.#warn(`callbacks go on failing in other words, which ${this.#consequence()}`);
  }

  #consequence(): string {
    return this.#provider === undefined
      ? 'are not told any more'
      : 'are only counted, in flowmeter_prometheus_failed_callbacks_total';
  }
}
