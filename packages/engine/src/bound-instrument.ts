import type { Context } from '@opentelemetry/api';

/** What all bound instruments do beside recording. */
interface BoundInstrument {
  /** Whether anything is recorded at all; see {@link EngineInstrument.enabled}. */
  enabled(): boolean;
  /**
   * Ends the series: it disappears from the outputs. Recording again begins it anew, with a new start time. Nothing
   * happens if the limit had left these attributes no series of their own.
   */
  remove(): void;
}

/**
 * A counter or up-down counter with its attributes resolved (specification 1.57, SDK, "Instrument bind"): view, series and
 * cardinality limit were decided when it was bound, and recording is a write.
 */
export interface BoundCounter extends BoundInstrument {
  /**
   * Adds a value. One that the instrument does not take is dropped and counted. Never throws.
   *
   * @param context whose span an exemplar leads to. Default: the active one.
   */
  add(value: number, context?: Context): void;
}

/** A gauge or histogram with its attributes resolved; see {@link BoundCounter}. */
export interface BoundRecorder extends BoundInstrument {
  /**
   * Records a value. One that the instrument does not take is dropped and counted. Never throws.
   *
   * @param context whose span an exemplar leads to. Default: the active one.
   */
  record(value: number, context?: Context): void;
}

/** Either: which of the two methods counts is the instrument's kind. */
export type AnyBoundInstrument = BoundCounter & BoundRecorder;
