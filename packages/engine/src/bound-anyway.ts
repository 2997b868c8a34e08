import type { Attributes, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import type { BoundCounter, BoundRecorder } from './bound-instrument.ts';
import { SynchronousInstrument } from './synchronous-instrument.ts';

/** Resolves attributes once where the counter is this engine's; one of another SDK is called with them each time. */
export function bindCounter(counter: Counter | UpDownCounter, attributes: Attributes): Pick<BoundCounter, 'add'> {
  if (counter instanceof SynchronousInstrument) return counter.bind(attributes);
  return { add: (value, context) => counter.add(value, attributes, context) };
}

/** As {@link bindCounter}. */
export function bindRecorder(recorder: Gauge | Histogram, attributes: Attributes): Pick<BoundRecorder, 'record'> {
  if (recorder instanceof SynchronousInstrument) return recorder.bind(attributes);
  return { record: (value, context) => recorder.record(value, attributes, context) };
}
