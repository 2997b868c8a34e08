import type { InstrumentDefinitions } from '../definition.ts';
import { LATENCY_SECONDS } from './boundaries.ts';

/** The API through which operators steer pipelines. `route` is the template of a path, never the path itself. */
export const controlPlane = {
  apiRequests: {
    name: 'deltaforge_api_requests',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests to the control API.',
    attributes: { route: 'string', method: 'string', status: 'string' },
    since: 'seed',
  },
  apiRequestLatencySeconds: {
    name: 'deltaforge_api_request_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that the control API took to answer.',
    attributes: { route: 'string', method: 'string', status: 'string' },
    boundaries: LATENCY_SECONDS,
    since: 'seed',
  },
} as const satisfies InstrumentDefinitions;
