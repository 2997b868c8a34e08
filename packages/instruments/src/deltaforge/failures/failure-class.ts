import type { SINK_FAILURE_KINDS } from '../sinks.ts';
import type { SOURCE_ERROR_KINDS } from '../sources.ts';

/** Why a sink could not deliver: the `kind` of `deltaforge_sink_failures_total`. */
export type SinkFailureKind = (typeof SINK_FAILURE_KINDS)[number];

/** Why the reading of a log ended: the `kind` of `deltaforge_source_errors_total`. */
export type SourceErrorKind = (typeof SOURCE_ERROR_KINDS)[number];

/** What an error says of itself: all that sinks and sources tell apart. */
export type FailureClass = SinkFailureKind | SourceErrorKind;

/** What a sink, which has fewer classes in some places and more in others, calls each class. */
export const SINK_KIND_OF: Readonly<Record<FailureClass, SinkFailureKind>> = {
  auth: 'auth',
  permission: 'auth',
  timeout: 'timeout',
  schema: 'schema',
  connect: 'connect',
  io: 'io',
  serialization: 'serialization',
  routing: 'routing',
  // The topic, table or bucket that the event was on its way to is not there.
  not_found: 'routing',
  backpressure: 'backpressure',
  fatal: 'fatal',
  incompatible: 'fatal',
  checkpoint: 'other',
  cancelled: 'other',
  other: 'other',
};

/** What a source calls each class. */
export const SOURCE_KIND_OF: Readonly<Record<FailureClass, SourceErrorKind>> = {
  auth: 'auth',
  permission: 'permission',
  timeout: 'timeout',
  schema: 'schema',
  // What was read is not what it is said to be.
  serialization: 'schema',
  connect: 'connect',
  io: 'io',
  not_found: 'not_found',
  routing: 'not_found',
  incompatible: 'incompatible',
  backpressure: 'backpressure',
  checkpoint: 'checkpoint',
  cancelled: 'cancelled',
  fatal: 'other',
  other: 'other',
};
