import { AggregationTemporality, InstrumentType } from '@flowmeter/engine';
import type { TemporalityPreference } from '../configuration/otlp-configuration.ts';

const { CUMULATIVE, DELTA } = AggregationTemporality;

/**
 * The temporality of each instrument kind under a preference (specification, OTLP metrics exporter, "Additional
 * environment variable configuration"). Gauges stay cumulative under each of them: a delta gauge would fall silent
 * where the endpoint goes on to show its last value.
 */
export function temporalityOf(preference: TemporalityPreference, instrument: InstrumentType): AggregationTemporality {
  if (preference === 'cumulative') return CUMULATIVE;
  switch (instrument) {
    case InstrumentType.COUNTER:
    case InstrumentType.HISTOGRAM:
      return DELTA;
    case InstrumentType.OBSERVABLE_COUNTER:
      return preference === 'delta' ? DELTA : CUMULATIVE;
    default:
      return CUMULATIVE;
  }
}
