/** Makes what the plans of a program say. */
import { ValueType, type Attributes, type Meter, type MetricOptions, type Observable } from '@opentelemetry/api';
import {
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  InstrumentType,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { ManualReader } from '../support/manual-reader.ts';
import type { InstrumentPlan, ReaderPlan, TemporalityPlan, ViewPlan } from './program.ts';

/** What the kinds of instruments have between them. */
export type Instrument = Partial<Observable> & {
  add?(value: number, attributes?: Attributes): void;
  record?(value: number, attributes?: Attributes): void;
  bind?(attributes?: Attributes): Bound;
  positional?(...keys: string[]): (...labels: never[]) => void;
};

export interface Bound {
  add?(value: number): void;
  record?(value: number): void;
}

export function createInstrument(meter: Meter, plan: InstrumentPlan): Instrument {
  const options: MetricOptions = {
    ...(plan.description === undefined ? {} : { description: plan.description }),
    ...(plan.unit === undefined ? {} : { unit: plan.unit }),
    ...(plan.integers === true ? { valueType: ValueType.INT } : {}),
    ...(plan.boundaries === undefined ? {} : { advice: { explicitBucketBoundaries: [...plan.boundaries] } }),
  };
  return meter[CREATORS[plan.type]](plan.name, options);
}

const CREATORS = {
  [InstrumentType.COUNTER]: 'createCounter',
  [InstrumentType.UP_DOWN_COUNTER]: 'createUpDownCounter',
  [InstrumentType.HISTOGRAM]: 'createHistogram',
  [InstrumentType.GAUGE]: 'createGauge',
  [InstrumentType.OBSERVABLE_COUNTER]: 'createObservableCounter',
  [InstrumentType.OBSERVABLE_UP_DOWN_COUNTER]: 'createObservableUpDownCounter',
  [InstrumentType.OBSERVABLE_GAUGE]: 'createObservableGauge',
} as const satisfies Record<InstrumentType, keyof Meter>;

export function createReader({ temporality, aggregations = {}, limit }: ReaderPlan): ManualReader {
  return new ManualReader({
    aggregationTemporalitySelector: (type) => temporalityOf(temporality, type),
    aggregationSelector: (type) => aggregations[type] ?? { type: AggregationType.DEFAULT },
    ...(limit === undefined ? {} : { cardinalitySelector: () => limit }),
  });
}

function temporalityOf(plan: TemporalityPlan, type: InstrumentType): AggregationTemporality {
  const isUpDown = type === InstrumentType.UP_DOWN_COUNTER || type === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER;
  const isDelta = plan === 'delta' || (plan === 'delta without up-down counters' && !isUpDown);
  return isDelta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
}

export function viewOptionsOf({ keptKeys, droppedKeys, limit, ...options }: ViewPlan): ViewOptions {
  const attributesProcessors = [
    ...(keptKeys === undefined ? [] : [createAllowListAttributesProcessor([...keptKeys])]),
    ...(droppedKeys === undefined ? [] : [createDenyListAttributesProcessor([...droppedKeys])]),
  ];
  return {
    ...options,
    ...(attributesProcessors.length === 0 ? {} : { attributesProcessors }),
    ...(limit === undefined ? {} : { aggregationCardinalityLimit: limit }),
  };
}
