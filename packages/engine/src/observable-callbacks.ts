import {
  type Attributes,
  type BatchObservableCallback,
  type Observable,
  type ObservableCallback,
} from '@opentelemetry/api';
import { entriesOf, toAttributes } from './attribute-set.ts';
import { ObservableInstrument } from './observable-instrument.ts';
import { warn } from './warnings.ts';

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
  /** Calls that took too long and have not ended yet: as long as there is one, there are no more, or they would pile up. */
  stuck: number;
  /** The call that is under way, if it has not ended at once. */
  running: Promise<unknown> | undefined;
}

type Observe = (instrument: unknown, value: number, attributes: unknown) => void;

/**
 * The callbacks of one meter. Each collection calls each once, and what a callback observes is that collection's alone; what
 * it observes after it has thrown or its time is over is nobody's.
 */
export class ObservableCallbacks {
  /** Stands for the meter provider. */
  readonly provider: object;
  #registrations: Registration[] = [];

  constructor(provider: object) {
    this.provider = provider;
  }

  add(callback: ObservableCallback, instrument: ObservableInstrument): void {
    this.#register(callback, [instrument], (observe) =>
      callback({ observe: (value, attributes) => observe(instrument, value, attributes) }),
    );
  }

  remove(callback: ObservableCallback, instrument: ObservableInstrument): void {
    this.#unregister(callback, [instrument]);
  }

  addBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    const instruments = this.#own(observables);
    if (instruments.length === 0) {
      warn(
        'addBatchObservableCallback was given no observable instrument of this meter provider; the callback is ignored',
      );
      return;
    }
    this.#register(callback, instruments, (observe) => callback({ observe }));
  }

  removeBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    this.#unregister(callback, this.#own(observables));
  }

  /**
   * Calls all callbacks, and waits for those that are asynchronous, each for as long as the limit at most.
   *
   * @param isHolding whether waiting holds the process
   */
  async observe(timeoutMs: number, isHolding: boolean): Promise<Observations> {
    const runs = this.#registrations.map((registration) => runCallback(registration, timeoutMs, isHolding));
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
        else for (const observation of observations) present.push(observation);
      }
    }
    return { byInstrument, errors };
  }

  /** Those that are instruments of this provider; whoever writes JavaScript may pass anything. */
  #own(observables: unknown): ObservableInstrument[] {
    if (!Array.isArray(observables)) return [];
    return observables.filter((each) => each instanceof ObservableInstrument && each.isBeside(this));
  }

  #register(callback: Callback, own: readonly ObservableInstrument[], run: Registration['run']): void {
    // Of the others there has been a warning; a callback that observes nothing else is not worth a call.
    const instruments = own.filter((instrument) => instrument.isNamed);
    if (instruments.length === 0) return;
    if (typeof callback !== 'function') {
      warn(`a callback for ${namesOf(instruments)} is not a function and is ignored`);
      return;
    }
    const registered = new Set(instruments);
    if (this.#registrations.some((each) => isSame(each, callback, registered))) return;
    this.#registrations.push({ callback, instruments: registered, run, stuck: 0, running: undefined });
  }

  #unregister(callback: Callback, own: readonly ObservableInstrument[]): void {
    const registered = new Set(own.filter((instrument) => instrument.isNamed));
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
  isHolding: boolean,
): Promise<Map<ObservableInstrument, Observation[]>> {
  const { instruments, run } = registration;
  if (registration.stuck > 0) {
    throw new Error(
      `a callback of ${namesOf(instruments)} is still running since an earlier collection, and was not called`,
    );
  }
  // Another reader's collection: its round comes to its end first (specification, SDK, "Observations inside asynchronous callbacks").
  if (registration.running !== undefined) {
    await withinLimit(
      registration,
      registration.running.catch(() => {}),
      timeoutMs,
      isHolding,
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
    if (isThenable(result)) await withinLimit(registration, follow(registration, result), timeoutMs, isHolding);
    return observed;
  } finally {
    isOver = true;
  }
}

/** Remembers a call that is under way until it has ended. */
function follow(registration: Registration, result: PromiseLike<unknown>): Promise<unknown> {
  const running: Promise<unknown> = Promise.resolve(result).finally(() => {
    if (registration.running === running) registration.running = undefined;
  });
  registration.running = running;
  return running;
}

async function withinLimit(
  registration: Registration,
  running: Promise<unknown>,
  timeoutMs: number,
  isHolding: boolean,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      registration.stuck += 1;
      reject(new Error(`a callback of ${namesOf(registration.instruments)} has not ended within ${timeoutMs} ms`));
    }, timeoutMs);
    if (!isHolding) timer.unref();
  });
  const ended = running.finally(() => {
    if (isLate) registration.stuck -= 1;
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
