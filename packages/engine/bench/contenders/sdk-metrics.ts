import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { isBare, type Plan, type Subject } from './contender.ts';
import { connectMeter, createInstrument } from './opentelemetry.ts';

export function createSubject(plan: Plan): Subject {
  const { meter, ...connection } = connectMeter((options) => new MeterProvider(options), plan);
  const instrument = createInstrument(plan.kind, meter);
  if ('counter' in instrument) {
    const { counter } = instrument;
    return {
      ...connection,
      record: isBare(plan) ? (value) => counter.add(value) : (value, attributes) => counter.add(value, attributes),
    };
  }
  const { recorder } = instrument;
  return {
    ...connection,
    record: isBare(plan)
      ? (value) => recorder.record(value)
      : (value, attributes) => recorder.record(value, attributes),
  };
}
