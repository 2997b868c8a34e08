import type { BatchObservableCallback, Observable, ObservableCallback } from '@opentelemetry/api';
import { failed, ObservationRound, type Observations } from './observation-round.ts';
import { ObservableInstrument } from './observable-instrument.ts';
import { warn } from './warnings.ts';

type Callback = ObservableCallback | BatchObservableCallback;

interface Registration {
  readonly callback: Callback;
  readonly instruments: ReadonlySet<ObservableInstrument>;
  readonly run: (observe: Observe) => unknown;
  /** Calls that took too long and have not ended yet: as long as there is one, there are no more, or they would pile up. */
  stuck: number;
  /** The call that is under way, if it has not ended at once. */
  running: Promise<unknown> | undefined;
  isRemoved: boolean;
}

type Observe = ObservationRound['observe'];

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
   * Calls each callback as the caller comes to it, so that others may run in between; callbacks that are removed then are left
   * out. Those that are asynchronous are under way together, each for as long as the limit at most. No promise rejects.
   *
   * @param isHolding whether waiting holds the process
   */
  *calls(timeoutMs: number, isHolding: boolean): Generator<Observations | Promise<Observations>, void, undefined> {
    // Those that there are now: callbacks may add others.
    const registrations = [...this.#registrations];
    for (const registration of registrations) {
      if (!registration.isRemoved) yield call(registration, timeoutMs, isHolding);
    }
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
    this.#registrations.push({
      callback,
      instruments: registered,
      run,
      stuck: 0,
      running: undefined,
      isRemoved: false,
    });
  }

  #unregister(callback: Callback, own: readonly ObservableInstrument[]): void {
    const registered = new Set(own.filter((instrument) => instrument.isNamed));
    for (const each of this.#registrations) each.isRemoved ||= isSame(each, callback, registered);
    this.#registrations = this.#registrations.filter(({ isRemoved }) => !isRemoved);
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

function call(registration: Registration, timeoutMs: number, isHolding: boolean): Observations | Promise<Observations> {
  const { instruments, stuck, running } = registration;
  if (stuck > 0) {
    return failed(
      new Error(
        `a callback of ${namesOf(instruments)} is still running since an earlier collection, and was not called`,
      ),
    );
  }
  if (running === undefined) return begin(registration, timeoutMs, isHolding);
  // Another reader's collection: its round comes to its end first (specification, SDK, "Observations inside asynchronous callbacks").
  const ended = running.catch(() => {});
  return withinLimit(registration, ended, timeoutMs, isHolding).then(
    () => begin(registration, timeoutMs, isHolding),
    failed,
  );
}

function begin(
  registration: Registration,
  timeoutMs: number,
  isHolding: boolean,
): Observations | Promise<Observations> {
  const round = new ObservationRound(registration.instruments);
  try {
    const result = registration.run(round.observe);
    if (!isThenable(result)) return round.end();
    return withinLimit(registration, follow(registration, result), timeoutMs, isHolding).then(
      () => round.end(),
      (error: unknown) => round.fail(error),
    );
  } catch (error) {
    return round.fail(error);
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
