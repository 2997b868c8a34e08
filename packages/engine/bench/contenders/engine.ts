import { type EngineCounter, type EngineGauge, type EngineHistogram, MeterProvider } from '@flowmeter/engine';
import { isBare, type Plan, type Positional, type Subject } from './contender.ts';
import { connectMeter, createInstrument } from './opentelemetry.ts';

export function createSubject(plan: Plan): Subject {
  const { meter, ...connection } = connectMeter((options) => new MeterProvider(options), plan);
  const instrument = createInstrument(plan.kind, meter);
  if ('counter' in instrument) {
    const { counter } = instrument;
    return {
      ...connection,
      record: isBare(plan) ? (value) => counter.add(value) : (value, attributes) => counter.add(value, attributes),
      bind: (attributes) => {
        const bound = counter.bind(attributes);
        return (value) => bound.add(value);
      },
      positional: positionalOf(counter, plan),
    };
  }
  const { recorder } = instrument;
  return {
    ...connection,
    record: isBare(plan)
      ? (value) => recorder.record(value)
      : (value, attributes) => recorder.record(value, attributes),
    bind: (attributes) => {
      const bound = recorder.bind(attributes);
      return (value) => bound.record(value);
    },
    positional: positionalOf(recorder, plan),
  };
}

/** The one function, which takes as many labels as there are keys. */
function positionalOf(instrument: EngineCounter | EngineGauge | EngineHistogram, { keys }: Plan): Positional {
  const make = (): ((...measurement: unknown[]) => void) => instrument.positional(...keys);
  return { none: make, one: make, two: make, four: make };
}
