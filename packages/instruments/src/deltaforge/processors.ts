import type { InstrumentDefinitions } from '../definition.ts';
import { LATENCY_SECONDS } from './boundaries.ts';

/** User functions, filters and the outbox. */
export const processors = {
  processorLatencySeconds: {
    name: 'deltaforge_processor_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that a processor took for a batch it finished.',
    attributes: { pipeline: 'string', processor: 'string' },
    boundaries: LATENCY_SECONDS,
    since: 'seed',
  },
  processorEventsDropped: {
    name: 'deltaforge_processor_events_dropped',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that a processor has removed for good.',
    attributes: { pipeline: 'string', processor: 'string', reason: 'string' },
    since: 'seed',
  },
  processorEventsSkipped: {
    name: 'deltaforge_processor_events_skipped',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that a processor has passed on untouched.',
    attributes: { pipeline: 'string', processor: 'string', reason: 'string' },
    since: 'seed',
  },
  processorErrors: {
    name: 'deltaforge_processor_errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Batches that a processor has failed.',
    attributes: { pipeline: 'string', processor: 'string' },
    since: 'upstream',
  },
  processorEventsIn: {
    name: 'deltaforge_processor_events_in',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that the outbox processor was given.',
    attributes: { pipeline: 'string', processor: 'string' },
    since: 'upstream',
  },
  processorEventsOut: {
    name: 'deltaforge_processor_events_out',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that the outbox processor has passed on.',
    attributes: { pipeline: 'string', processor: 'string' },
    since: 'upstream',
  },
  filterDropped: {
    name: 'deltaforge_filter_dropped',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that a filter has removed.',
    attributes: { processor: 'string' },
    since: 'upstream',
  },
  outboxTransformed: {
    name: 'deltaforge_outbox_transformed',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that the outbox processor has turned into messages.',
    attributes: { pipeline: 'string', processor: 'string' },
    since: 'upstream',
  },
  outboxDropped: {
    name: 'deltaforge_outbox_dropped',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that cannot be outbox messages.',
    attributes: {
      pipeline: 'string',
      processor: 'string',
      reason: ['non_insert', 'non_object', 'null_payload', 'strict_missing_fields'],
    },
    since: 'upstream',
  },
} as const satisfies InstrumentDefinitions;
