export type { ConstantAttributes } from './attribute-values.ts';
export { createInstruments, type Instruments, type SetOptions } from './create-instruments.ts';
export type {
  AttributeDomain,
  AttributesOf,
  InstrumentDefinition,
  InstrumentDefinitions,
  InstrumentKind,
  InstrumentSet,
} from './definition.ts';
export type {
  BoundAdder,
  BoundRecorder,
  Counter,
  DurationHistogram,
  Gauge,
  Histogram,
  Timer,
  UpDownCounter,
} from './instrument-interfaces.ts';
export { deltaforgeSet } from './deltaforge/deltaforge-set.ts';
export { instrumentSets } from './instrument-sets.ts';
export { meterUnit } from './meter-unit.ts';
export type { Log, LogLevel, LogRecord } from './log-record.ts';
export * from './attachment.ts';
export { views, type InstrumentView } from './views.ts';
