import type { InstrumentDefinitions } from '../definition.ts';
import { EVENT_ERROR_KINDS } from './sinks.ts';

/** Events set aside because a sink would not take them. */
export const deadLetterQueue = {
  dlqEvents: {
    name: 'deltaforge_dlq_events',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events put into the dead-letter queue.',
    attributes: { pipeline: 'string', sink: 'string', error_kind: EVENT_ERROR_KINDS },
    since: 'upstream',
  },
  dlqEntries: {
    name: 'deltaforge_dlq_entries',
    instrument: 'gauge',
    unit: '{entry}',
    description: 'Entries in the dead-letter queue.',
    attributes: { pipeline: 'string' },
    since: 'upstream',
  },
  dlqSaturationRatio: {
    name: 'deltaforge_dlq_saturation_ratio',
    instrument: 'gauge',
    unit: '1',
    description: 'How full the dead-letter queue is, from 0 to 1.',
    attributes: { pipeline: 'string' },
    since: 'upstream',
  },
  dlqEvicted: {
    name: 'deltaforge_dlq_evicted',
    instrument: 'counter',
    unit: '{entry}',
    description: 'Oldest entries that a full dead-letter queue has given up.',
    attributes: { pipeline: 'string' },
    since: 'upstream',
  },
  dlqRejected: {
    name: 'deltaforge_dlq_rejected',
    instrument: 'counter',
    unit: '{entry}',
    description: 'Entries that a full dead-letter queue has refused.',
    attributes: { pipeline: 'string' },
    since: 'upstream',
  },
  dlqWriteFailures: {
    name: 'deltaforge_dlq_write_failures',
    instrument: 'counter',
    unit: '{failure}',
    description: 'Entries that could not be written to the dead-letter queue.',
    attributes: { pipeline: 'string' },
    since: 'upstream',
  },
} as const satisfies InstrumentDefinitions;
