import { createNoopMeter, metrics, type Meter, type MeterProvider } from '@opentelemetry/api';
import { describeError } from './described.ts';
import { givenProvider, rememberSet, type AttachableSet } from './process-state.ts';
import { warn } from './warn.ts';

/** What is created on a meter once there is one. */
export interface AttachableInstrument {
  attach(meter: Meter): void;
  detach(): void;
}

/** Whether a meter records nothing: the API's own for "none", or one of an engine that says so of itself. */
function isEmpty(meter: Meter & { enabled?: () => boolean }): boolean {
  return meter === createNoopMeter() || (typeof meter.enabled === 'function' && !meter.enabled());
}

/**
 * The way from a set to a meter. The API hands out dead instruments before an SDK is registered, and they stay dead
 * (it has no proxy meter provider); so a set waits, asks again with each measurement, which costs a few
 * nanoseconds, and creates all its instruments as soon as a provider is there.
 */
export class MeterAttachment implements AttachableSet {
  readonly #scope: string;
  readonly #ownProvider: MeterProvider | undefined;
  readonly #instruments: AttachableInstrument[] = [];
  readonly #onAttached: (() => void) | undefined;
  #attached = false;
  /** The provider that stands for "none": asking it again would give the same no-op meter, or the same error. */
  #empty: MeterProvider | undefined;

  /**
   * @param onAttached called each time the set's instruments have been created on a meter, for a set that shows something before its
   *   first measurement
   */
  constructor(scope: string, provider: MeterProvider | undefined, onAttached: (() => void) | undefined) {
    this.#scope = scope;
    this.#ownProvider = provider;
    this.#onAttached = onAttached;
  }

  /** Takes the set's instruments, and attaches them now if there is a provider already. */
  open(instruments: Iterable<AttachableInstrument>): void {
    this.#instruments.push(...instruments);
    if (this.#ownProvider === undefined) rememberSet(this);
    this.attachNow();
  }

  /** A set that shows nothing before its first measurement waits for that: it may be one that nobody uses. */
  attach(): void {
    if (this.#onAttached !== undefined) this.attachNow();
  }

  /** Creates the instruments if they are not, and there is something to create them on. */
  attachNow(): boolean {
    if (this.#attached) return true;
    const provider = this.#ownProvider ?? givenProvider() ?? metrics.getMeterProvider();
    if (provider === this.#empty) return false;
    const meter = this.#meterOf(provider);
    if (isEmpty(meter)) {
      this.#empty = provider;
      return false;
    }
    this.#attached = true;
    for (const instrument of this.#instruments) instrument.attach(meter);
    this.#onAttached?.();
    return true;
  }

  detach(): void {
    this.#attached = false;
    for (const instrument of this.#instruments) instrument.detach();
  }

  #meterOf(provider: MeterProvider): Meter {
    try {
      return provider.getMeter(this.#scope);
    } catch (error) {
      warn(`${this.#scope}: the meter provider gave no meter: ${describeError(error)}`);
      return createNoopMeter();
    }
  }
}
