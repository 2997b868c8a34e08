import {
  diag,
  type Attributes,
  type BatchObservableCallback,
  type Observable,
  type ObservableCallback,
} from '@opentelemetry/api';
import { entriesOf, toAttributes } from './attribute-set.ts';
import { ObservableInstrument } from './observable-instrument.ts';

/** One value that a callback has observed. */
export interface Observation {
  readonly value: number;
  /** Its own, whatever the callback does with the object it passed. */
  readonly attributes: Attributes;
}

/** What the callbacks of one collection have observed. */
export interface Observations {
  readonly byInstrument: ReadonlyMap<ObservableInstrument, readonly Observation[]>;
  /** What was thrown, or took too long. */
  readonly errors: readonly unknown[];
}

type Callback = ObservableCallback | BatchObservableCallback;

interface Registration {
  readonly callback: Callback;
  readonly instruments: ReadonlySet<ObservableInstrument>;
  readonly run: (observe: Observe) => unknown;
  /** Whether a call that took too long has not ended yet: then it is not called again, or calls would pile up. */
  isStuck: boolean;
}

type Observe = (instrument: unknown, value: number, attributes: unknown) => void;

/**
 * The callbacks of one meter. Each collection calls each once, and what a callback observes is that collection's alone; what
 * it observes after it has thrown or its time is over is nobody's.
 */
export class ObservableCallbacks {
  #registrations: Registration[] = [];

  add(callback: ObservableCallback, instrument: ObservableInstrument): void {
    this.#register(callback, [instrument], (observe) =>
      callback({ observe: (value, attributes) => observe(instrument, value, attributes) }),
    );
  }

  remove(callback: ObservableCallback, instrument: ObservableInstrument): void {
    this.#unregister(callback, [instrument]);
  }

  addBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    const instruments = observables.filter((observable) => observable instanceof ObservableInstrument);
    if (instruments.length === 0) {
      diag.error(
        'flowmeter: addBatchObservableCallback was given no observable instrument of this meter provider; the callback is ignored',
      );
      return;
    }
    this.#register(callback, instruments, (observe) => callback({ observe }));
  }

  removeBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    this.#unregister(
      callback,
      observables.filter((observable) => observable instanceof ObservableInstrument),
    );
  }

  /** Calls all callbacks, and waits for those that are asynchronous, each for as long as the limit at most. */
  async observe(timeoutMs: number): Promise<Observations> {
    const runs = this.#registrations.map((registration) => runCallback(registration, timeoutMs));
    const byInstrument = new Map<ObservableInstrument, Observation[]>();
    const errors: unknown[] = [];
    for (const result of await Promise.allSettled(runs)) {
      if (result.status === 'rejected') {
        errors.push(result.reason);
        continue;
      }
      for (const [instrument, observations] of result.value) {
        const present = byInstrument.get(instrument);
        if (present === undefined) byInstrument.set(instrument, observations);
        else present.push(...observations);
      }
    }
    return { byInstrument, errors };
  }

  #register(callback: Callback, instruments: readonly ObservableInstrument[], run: Registration['run']): void {
    if (typeof callback !== 'function') {
      diag.error(`flowmeter: a callback for ${namesOf(instruments)} is not a function and is ignored`);
      return;
    }
    const registered = new Set(instruments);
    if (this.#registrations.some((each) => isSame(each, callback, registered))) return;
    this.#registrations.push({ callback, instruments: registered, run, isStuck: false });
  }

  #unregister(callback: Callback, instruments: readonly ObservableInstrument[]): void {
    const registered = new Set(instruments);
    this.#registrations = this.#registrations.filter((each) => !isSame(each, callback, registered));
  }
}

function isSame(
  registration: Registration,
  callback: Callback,
  instruments: ReadonlySet<ObservableInstrument>,
): boolean {
  const { callback: registered, instruments: registeredFor } = registration;
  if (registered !== callback || registeredFor.size !== instruments.size) return false;
  return [...instruments].every((instrument) => registeredFor.has(instrument));
}

async function runCallback(
  registration: Registration,
  timeoutMs: number,
): Promise<Map<ObservableInstrument, Observation[]>> {
  const { instruments, run } = registration;
  if (registration.isStuck) {
    throw new Error(
      `a callback of ${namesOf(instruments)} is still running since an earlier collection, and was not called`,
    );
  }
  const observed = new Map<ObservableInstrument, Observation[]>();
  let isOver = false;
  const observe: Observe = (instrument, value, attributes) => {
    if (isOver || !(instrument instanceof ObservableInstrument) || !instruments.has(instrument)) return;
    const accepted = instrument.acceptance.accept(value);
    if (accepted === undefined) return;
    const observation = { value: accepted, attributes: toAttributes(entriesOf(attributes)) };
    const present = observed.get(instrument);
    if (present === undefined) observed.set(instrument, [observation]);
    else present.push(observation);
  };
  try {
    const result = run(observe);
    if (isThenable(result)) await withinLimit(registration, Promise.resolve(result), timeoutMs);
    return observed;
  } finally {
    isOver = true;
  }
}

async function withinLimit(registration: Registration, running: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      registration.isStuck = true;
      reject(new Error(`a callback of ${namesOf(registration.instruments)} has not ended within ${timeoutMs} ms`));
    }, timeoutMs).unref();
  });
  const ended = running.finally(() => {
    registration.isStuck = false;
    clearTimeout(timer);
  });
  await Promise.race([ended, limit]);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

function namesOf(instruments: Iterable<ObservableInstrument>): string {
  return Array.from(instruments, ({ acceptance }) => acceptance.descriptor.name).join(', ');
}
