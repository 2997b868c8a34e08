import type { InstrumentDefinitions } from '../definition.ts';
import { TABLE_CARDINALITY_LIMIT } from './boundaries.ts';

/** Why the reading of a log ended. */
export const SOURCE_ERROR_KINDS = [
  'auth',
  'connect',
  'checkpoint',
  'schema',
  'incompatible',
  'permission',
  'not_found',
  'io',
  'timeout',
  'backpressure',
  'cancelled',
  'other',
] as const;

/** The readers of MySQL's and Postgres' logs. */
export const sources = {
  sourceEvents: {
    name: 'deltaforge_source_events',
    instrument: 'counter',
    unit: '{event}',
    description: 'Row changes that a source has handed to the coordinator.',
    attributes: { pipeline: 'string', source: 'string', table: 'string' },
    cardinalityLimit: TABLE_CARDINALITY_LIMIT,
    since: 'seed',
  },
  sourceReconnects: {
    name: 'deltaforge_source_reconnects',
    instrument: 'counter',
    unit: '{reconnect}',
    description: 'Times that reading a log failed in a way that a new connection may mend.',
    attributes: { pipeline: 'string', source: 'string' },
    since: 'seed',
  },
  sourceLagSeconds: {
    name: 'deltaforge_source_lag_seconds',
    instrument: 'gauge',
    unit: 's',
    description: 'How far the last event read lies behind the clock.',
    attributes: { pipeline: 'string', source: 'string' },
    since: 'seed',
  },
  sourceIdleSeconds: {
    name: 'deltaforge_source_idle_seconds',
    instrument: 'gauge',
    unit: 's',
    description: 'For how long a source has had no event to read.',
    attributes: { pipeline: 'string', source: 'string' },
    since: 'seed',
  },
  sourceBytes: {
    name: 'deltaforge_source_bytes',
    instrument: 'counter',
    unit: 'By',
    description: 'Bytes of log read.',
    attributes: { pipeline: 'string', source: 'string' },
    since: 'upstream',
  },
  sourceErrors: {
    name: 'deltaforge_source_errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Failures that ended the reading of a log.',
    attributes: { pipeline: 'string', source: 'string', kind: SOURCE_ERROR_KINDS },
    since: 'upstream',
  },
  sourceTableLagSeconds: {
    name: 'deltaforge_source_table_lag_seconds',
    instrument: 'gauge',
    unit: 's',
    description: 'How far the last event of a table lies behind the clock.',
    attributes: { pipeline: 'string', table: 'string' },
    cardinalityLimit: TABLE_CARDINALITY_LIMIT,
    since: 'upstream',
  },
  sourceSchemaCacheHits: {
    name: 'deltaforge_source_schema_cache_hits',
    instrument: 'counter',
    unit: '{hit}',
    description: 'Table schemas that the loader had in its cache.',
    attributes: { pipeline: 'string', source: ['mysql', 'postgres'] },
    since: 'upstream',
  },
  sourceSchemaCacheMisses: {
    name: 'deltaforge_source_schema_cache_misses',
    instrument: 'counter',
    unit: '{miss}',
    description: 'Table schemas that the loader had to fetch.',
    attributes: { pipeline: 'string', source: ['mysql', 'postgres'] },
    since: 'upstream',
  },
} as const satisfies InstrumentDefinitions;
