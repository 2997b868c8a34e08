import type { KnownWords } from './known-words.ts';

/** How Redis' error replies begin (Redis, "RESP protocol", "Simple errors"): clients have them in the message only. */
export const REDIS_REPLIES: KnownWords = {
  auth: ['NOAUTH', 'WRONGPASS'],
  permission: ['NOPERM', 'DENIED'],
  backpressure: ['BUSY', 'LOADING', 'OOM', 'TRYAGAIN', 'NOREPLICAS'],
  connect: ['CLUSTERDOWN', 'MASTERDOWN', 'READONLY', 'MOVED', 'ASK', 'UNBLOCKED'],
  schema: ['WRONGTYPE'],
  not_found: ['NOGROUP', 'NOSCRIPT'],
  io: ['MISCONF'],
};

/** Classes of ioredis and of node-redis, whose errors have no `name` of their own. */
export const REDIS_CLIENT_ERRORS: KnownWords = {
  connect: [
    'MaxRetriesPerRequestError',
    'ClusterAllFailedError',
    'ClientClosedError',
    'ClientOfflineError',
    'DisconnectsClientError',
    'SocketClosedUnexpectedlyError',
    'RootNodesUnavailableError',
    'ReconnectStrategyError',
  ],
  timeout: [
    'ConnectionTimeoutError',
    'SocketTimeoutError',
    'CommandTimeoutDuringMaintenanceError',
    'SocketTimeoutDuringMaintenanceError',
  ],
  auth: ['AuthError'],
};
