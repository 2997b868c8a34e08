import type { ConstantAttributes } from '../attribute-values.ts';
import type { GivenKeys } from '../create-instruments.ts';
import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';
import { REQUEST_SECONDS } from './boundaries.ts';
import { createComponent, type Component } from './component.ts';
import type { KrafkaOptions } from './options.ts';

const definitions = {
  connectionsCreated: {
    name: 'krafka_connection_connections_created',
    instrument: 'counter',
    unit: '{connection}',
    description: 'Connections that became ready.',
    attributes: {},
    since: 'seed',
  },
  connectionsClosed: {
    name: 'krafka_connection_connections_closed',
    instrument: 'counter',
    unit: '{connection}',
    description: 'Connections that were closed.',
    attributes: {},
    since: 'seed',
  },
  connectionErrors: {
    name: 'krafka_connection_connection_errors',
    instrument: 'counter',
    unit: '{error}',
    description: 'Connections that have failed.',
    attributes: {},
    since: 'seed',
  },
  activeConnections: {
    name: 'krafka_connection_active_connections',
    instrument: 'gauge',
    unit: '{connection}',
    description: 'Connections that are open.',
    attributes: {},
    since: 'seed',
  },
  connectLatencySeconds: {
    name: 'krafka_connection_connect_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds until a connection was ready, TLS and SASL included.',
    attributes: {},
    boundaries: REQUEST_SECONDS,
    since: 'seed',
  },
  highPriorityRequests: {
    name: 'krafka_connection_high_priority_requests',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests of high priority.',
    attributes: {},
    since: 'upstream',
  },
  normalPriorityRequests: {
    name: 'krafka_connection_normal_priority_requests',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests of normal priority.',
    attributes: {},
    since: 'upstream',
  },
  highPriorityBypasses: {
    name: 'krafka_connection_high_priority_bypasses',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests of high priority that went ahead of others.',
    attributes: {},
    since: 'upstream',
  },
  highPriorityBypassYields: {
    name: 'krafka_connection_high_priority_bypass_yields',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests of high priority that had to wait, so that others come through at all.',
    attributes: {},
    since: 'upstream',
  },
  throttleDelays: {
    name: 'krafka_connection_throttle_delays',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests that have waited because a broker asked for it.',
    attributes: {},
    since: 'upstream',
  },
  throttleDelayMs: {
    name: 'krafka_connection_throttle_delay_ms',
    instrument: 'counter',
    unit: 'ms',
    description: 'Milliseconds that requests have waited because a broker asked for it.',
    attributes: {},
    since: 'upstream',
  },
  stalledConnections: {
    name: 'krafka_connection_stalled_connections',
    instrument: 'counter',
    unit: '{connection}',
    description: 'Connections given up because the broker did not answer.',
    attributes: {},
    since: 'upstream',
  },
  tlsHandshakeLatencySeconds: {
    name: 'krafka_connection_tls_handshake_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds that a TLS handshake took.',
    attributes: {},
    boundaries: REQUEST_SECONDS,
    since: 'upstream',
  },
  oauthTokenFetches: {
    name: 'krafka_connection_oauth_token_fetches',
    instrument: 'counter',
    unit: '{request}',
    description: 'Attempts to fetch an OAuth token.',
    attributes: {},
    since: 'upstream',
  },
  oauthTokenFetchFailures: {
    name: 'krafka_connection_oauth_token_fetch_failures',
    instrument: 'counter',
    unit: '{failure}',
    description: 'Attempts to fetch an OAuth token that have failed.',
    attributes: {},
    since: 'upstream',
  },
  oauthTokenFetchLatencySeconds: {
    name: 'krafka_connection_oauth_token_fetch_latency_seconds',
    instrument: 'histogram',
    unit: 's',
    description: 'Seconds until an OAuth token was there.',
    attributes: {},
    boundaries: REQUEST_SECONDS,
    since: 'upstream',
  },
  oauthTokenExpiryEpochMs: {
    name: 'krafka_connection_oauth_token_expiry_epoch_ms',
    instrument: 'gauge',
    unit: 'ms',
    description: 'When the OAuth token expires, in milliseconds since the Unix epoch; 0 if that is not known.',
    attributes: {},
    since: 'upstream',
  },
  coordinationFallbacks: {
    name: 'krafka_coordination_fallbacks',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests to a coordinator that had to share the connection for data.',
    attributes: {},
    since: 'upstream',
  },
} as const satisfies InstrumentDefinitions;

/** The connections' instruments as data. */
export const krafkaConnectionSet: InstrumentSet<typeof definitions> = {
  scope: 'krafka',
  prefix: 'krafka_connection_',
  definitions,
};

/** The connections' record calls. */
interface ConnectionCalls {
  /** Adds one connection that became ready, and counts it as open. */
  recordConnect(): void;
  /** Adds one connection that was closed, and no longer counts it as open. */
  recordClose(): void;
  /** Adds one connection that has failed. */
  recordError(): void;
}

/** The connection component. */
export type KrafkaConnection<Given extends string = never> = Component<typeof definitions, Given> & ConnectionCalls;

/** Creates the connection component. */
export function createConnection<const Constants extends ConstantAttributes>(
  options: KrafkaOptions<Constants>,
): KrafkaConnection<GivenKeys<Constants>> {
  const component = createComponent(krafkaConnectionSet, options);
  // No instrument of the connections has attributes, so constant ones leave nothing to give.
  const { connectionsCreated, connectionsClosed, connectionErrors, activeConnections } =
    component as unknown as Component<typeof definitions, never>;
  return {
    ...component,
    recordConnect() {
      connectionsCreated.add(1);
      activeConnections.inc();
    },
    recordClose() {
      connectionsClosed.add(1);
      activeConnections.dec();
    },
    recordError: () => connectionErrors.add(1),
  };
}
