import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { Entries } from './attribute-node.ts';
import type { InstrumentDescriptor } from './instrument-descriptor.ts';
import { overflowWarning } from './overflow-warning.ts';
import type { Stream } from './stream.ts';
import { warn } from './warnings.ts';

/** The scope of the engine's own metrics. */
export const SELF_SCOPE = '@flowmeter/engine';

/** An instrument that drops. */
interface Dropping {
  readonly meterName: string;
  readonly acceptance: Acceptance;
}

/** An instrument of which streams are beyond their limit. */
interface Overflowing {
  readonly meterName: string;
  readonly streams: Stream[];
}

/** What is observed of the instruments that have one name. */
interface Total {
  readonly attributes: Readonly<Record<string, string>>;
  count: number;
}

/**
 * What the engine tells of itself, once there is something to tell:
 *
 * - `flowmeter.engine.dropped_measurements`, by instrument and reason;
 * - `flowmeter.engine.overflowed_measurements`, by instrument: those beyond its cardinality limit.
 *
 * Instruments that differ in what is not an attribute here, as their unit or the version of their meter, are added up.
 */
export class SelfMetrics {
  readonly #meter: () => Meter;
  readonly #dropping: Dropping[] = [];
  readonly #overflowing = new Map<InstrumentDescriptor, Overflowing>();

  /** @param meter gives the meter of {@link SELF_SCOPE} */
  constructor(meter: () => Meter) {
    this.#meter = meter;
  }

  /** Begins to report what an instrument drops. */
  watchDrops(meterName: string, acceptance: Acceptance): void {
    this.#dropping.push({ meterName, acceptance });
    if (this.#dropping.length > 1) return;
    this.#meter()
      .createObservableCounter('flowmeter.engine.dropped_measurements', {
        unit: '{measurement}',
        description: 'Measurements that were not recorded, because their value is not one that the instrument takes',
      })
      .addCallback((result) => this.#observeDrops(result));
  }

  /**
   * Begins to report what goes beyond the cardinality limit of a stream, and warns of it.
   *
   * @param entries the first attribute set that does
   */
  watchOverflow(meterName: string, stream: Stream, entries: Entries): void {
    if (meterName === SELF_SCOPE) return;
    const isFirst = this.#overflowing.size === 0;
    const { instrument } = stream;
    const present = this.#overflowing.get(instrument)?.streams;
    // Readers of one instrument may have a stream each, and all of them overflow.
    if (present?.some((other) => isAlike(other, stream)) !== true) warn(overflowWarning(stream, entries));
    if (present === undefined) this.#overflowing.set(instrument, { meterName, streams: [stream] });
    else present.push(stream);
    if (!isFirst) return;
    this.#meter()
      .createObservableCounter('flowmeter.engine.overflowed_measurements', {
        unit: '{measurement}',
        description: 'Measurements that were recorded without their attributes, beyond the cardinality limit',
      })
      .addCallback((result) => this.#observeOverflows(result));
  }

  #observeDrops(result: ObservableResult): void {
    const totals = new Map<string, Total>();
    for (const { meterName, acceptance } of this.#dropping) {
      const { name } = acceptance.descriptor;
      for (const [reason, count] of acceptance.dropped) {
        addTo(totals, { 'meter.name': meterName, 'instrument.name': name, reason }, count);
      }
    }
    for (const { attributes, count } of totals.values()) result.observe(count, attributes);
  }

  #observeOverflows(result: ObservableResult): void {
    const totals = new Map<string, Total>();
    for (const [{ name }, { meterName, streams }] of this.#overflowing) {
      // Each of the streams has every measurement of the instrument; the one that leaves out most counts.
      const most = Math.max(...streams.map((stream) => stream.countOverflowed()));
      addTo(totals, { 'meter.name': meterName, 'instrument.name': name }, most);
    }
    for (const { attributes, count } of totals.values()) result.observe(count, attributes);
  }
}

function addTo(totals: Map<string, Total>, attributes: Total['attributes'], count: number): void {
  const key = JSON.stringify(attributes);
  const total = totals.get(key);
  if (total === undefined) totals.set(key, { attributes, count });
  else total.count += count;
}

/** Whether the warning of one stream is as good for another one of the same instrument. */
function isAlike(a: Stream, b: Stream): boolean {
  return a.descriptor.name === b.descriptor.name && a.cardinalityLimit === b.cardinalityLimit;
}
