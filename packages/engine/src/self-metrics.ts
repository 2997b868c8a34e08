import type { Meter, ObservableResult } from '@opentelemetry/api';
import type { Acceptance } from './acceptance.ts';
import type { Stream } from './stream.ts';
import { warn } from './warnings.ts';

/** The scope of the engine's own metrics. */
export const SELF_SCOPE = '@flowmeter/engine';

interface Watched<Value> {
  readonly meterName: string;
  readonly instrumentName: string;
  readonly value: Value;
}

/**
 * What the engine tells of itself, once there is something to tell:
 *
 * - `flowmeter.engine.dropped_measurements`, by instrument and reason;
 * - `flowmeter.engine.overflowed_measurements`, by instrument: those beyond its cardinality limit.
 */
export class SelfMetrics {
  readonly #meter: () => Meter;
  readonly #dropping: Watched<Acceptance>[] = [];
  readonly #overflowing: Watched<Stream>[] = [];

  /** @param meter gives the meter of {@link SELF_SCOPE} */
  constructor(meter: () => Meter) {
    this.#meter = meter;
  }

  /** Begins to report what an instrument drops. */
  watchDrops(meterName: string, acceptance: Acceptance): void {
    this.#dropping.push({ meterName, instrumentName: acceptance.descriptor.name, value: acceptance });
    if (this.#dropping.length > 1) return;
    this.#meter()
      .createObservableCounter('flowmeter.engine.dropped_measurements', {
        unit: '{measurement}',
        description: 'Measurements that were not recorded, because their value is not one that the instrument takes',
      })
      .addCallback((result) => this.#observeDrops(result));
  }

  /** Begins to report what goes beyond the cardinality limit of a stream, and warns of it. */
  watchOverflow(meterName: string, stream: Stream): void {
    if (meterName === SELF_SCOPE) return;
    const { name } = stream.descriptor;
    if (!this.#overflowing.some((each) => each.instrumentName === name && each.meterName === meterName)) {
      warn(
        `${name} has reached its cardinality limit of ${stream.cardinalityLimit}; ${worstAttributeOf(stream)}; further attribute sets are counted in otel.metric.overflow=true`,
      );
    }
    this.#overflowing.push({ meterName, instrumentName: name, value: stream });
    if (this.#overflowing.length > 1) return;
    this.#meter()
      .createObservableCounter('flowmeter.engine.overflowed_measurements', {
        unit: '{measurement}',
        description: 'Measurements that were recorded without their attributes, beyond the cardinality limit',
      })
      .addCallback((result) => this.#observeOverflows(result));
  }

  #observeDrops(result: ObservableResult): void {
    const totals = new Map<string, { attributes: Record<string, string>; count: number }>();
    for (const { meterName, instrumentName, value } of this.#dropping) {
      for (const [reason, count] of value.dropped) {
        const attributes = { 'meter.name': meterName, 'instrument.name': instrumentName, reason };
        const key = JSON.stringify(attributes);
        totals.set(key, { attributes, count: (totals.get(key)?.count ?? 0) + count });
      }
    }
    for (const { attributes, count } of totals.values()) result.observe(count, attributes);
  }

  #observeOverflows(result: ObservableResult): void {
    // An instrument may have several streams, each with every measurement; the one that leaves out most counts.
    const most = new Map<string, { attributes: Record<string, string>; count: number }>();
    for (const { meterName, instrumentName, value } of this.#overflowing) {
      const attributes = { 'meter.name': meterName, 'instrument.name': instrumentName };
      const key = JSON.stringify(attributes);
      most.set(key, { attributes, count: Math.max(most.get(key)?.count ?? 0, value.countOverflowed()) });
    }
    for (const { attributes, count } of most.values()) result.observe(count, attributes);
  }
}

/** The attribute that most of the series differ in, in the words of the warning. */
function worstAttributeOf(stream: Stream): string {
  const values = new Map<string, Set<string>>();
  for (let row = 0; row < stream.rowCount; row += 1) {
    if (stream.isFree(row) || stream.isOverflowRow(row)) continue;
    for (const [key, value] of Object.entries(stream.attributesOf(row))) {
      const seen = values.get(key);
      if (seen === undefined) values.set(key, new Set([JSON.stringify(value)]));
      else seen.add(JSON.stringify(value));
    }
  }
  let [worst, most] = ['', 0];
  for (const [key, { size }] of values) if (size > most) [worst, most] = [key, size];
  return `the attribute with the most distinct values is ${worst} with ${most}`;
}
