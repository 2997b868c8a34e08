import { toStrings, type ConstantAttributes } from '../attribute-values.ts';
import type { GivenKeys, InstrumentOf, SetOptions } from '../create-instruments.ts';
import { createRecordings } from '../create-recordings.ts';
import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';
import { levelOf } from '../process-state.ts';
import type { Recording } from '../recording.ts';
import { toInstrument } from '../to-instrument.ts';
import { createLevelGauge, type LevelGauge } from './level-gauge.ts';

/** What a latency has been so far, in seconds. */
export interface LatencySnapshot {
  readonly count: number;
  readonly sum: number;
  /** `undefined` before the first measurement, as `max` and `avg` are. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly avg: number | undefined;
}

/** A plain copy of a component's numbers, as counted by this set: counters over all attributes, gauges, latencies. */
type Snapshot<Definitions extends InstrumentDefinitions> = {
  readonly [Property in keyof Definitions]: Definitions[Property]['instrument'] extends 'histogram'
    ? LatencySnapshot
    : number;
};

/** The instruments of one Krafka component; its gauges count up and down. */
type ComponentInstruments<Definitions extends InstrumentDefinitions, Given extends string> = {
  readonly [Property in keyof Definitions]: Definitions[Property]['instrument'] extends 'gauge'
    ? LevelGauge
    : InstrumentOf<Definitions[Property], Given>;
};

/** A component: its instruments, and its numbers read back. */
export type Component<Definitions extends InstrumentDefinitions, Given extends string> = ComponentInstruments<
  Definitions,
  Given
> & { snapshot(): Snapshot<Definitions> };

/**
 * Creates one component. As in Krafka itself its counters and gauges without attributes are there from the start,
 * at zero; a histogram cannot be before its first measurement.
 */
export function createComponent<
  const Definitions extends InstrumentDefinitions,
  const Constants extends ConstantAttributes,
>(set: InstrumentSet<Definitions>, options: SetOptions<Constants>): Component<Definitions, GivenKeys<Constants>> {
  const readers = new Map<string, () => number | LatencySnapshot>();
  // As strings, as the recordings carry them: what is one series is one level.
  const constants = toStrings(options.attributes, () => {});
  const recordings = createRecordings(set, options, {
    tallied: true,
    onAttached: (attached) => showFromTheStart(attached, constants),
  });
  const component: Record<string, unknown> = {};
  for (const [property, recording] of recordings) {
    const { name, instrument } = recording.definition;
    if (instrument === 'gauge') {
      const gauge = createLevelGauge(recording, levelOf(name, constants));
      component[property] = gauge;
      readers.set(property, gauge.get);
    } else {
      component[property] = toInstrument(recording);
      readers.set(property, () => read(recording));
    }
  }
  component['snapshot'] = () => Object.fromEntries([...readers].map(([property, reader]) => [property, reader()]));
  // The compiler cannot follow the loop: each property holds what its definition's kind asks for.
  return component as Component<Definitions, GivenKeys<Constants>>;
}

function showFromTheStart(recordings: ReadonlyMap<string, Recording>, constants: ConstantAttributes): void {
  for (const recording of recordings.values()) {
    const { name, instrument, attributes } = recording.definition;
    if (Object.keys(attributes).length > 0) continue;
    if (instrument === 'counter') recording.record(0);
    if (instrument === 'gauge') recording.record(levelOf(name, constants).value);
  }
}

function read({ definition, tally }: Recording): number | LatencySnapshot {
  const { count = 0, sum = 0, min, max } = tally ?? {};
  if (definition.instrument !== 'histogram') return sum;
  return { count, sum, min, max, avg: count === 0 ? undefined : sum / count };
}
