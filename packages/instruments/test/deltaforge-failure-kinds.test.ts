import { classifyError, classifySourceError, deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { addAbortSignal, pipeline, Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { fc } from './support/properties.ts';

const { sinkFailures, sourceErrors } = deltaforgeSet.definitions;

/** What libraries throw, as far as it matters: the message, and the properties. */
const shapes: readonly (readonly [library: string, error: object, sink: string, source: string])[] = [
  ['Node: name server', failure('getaddrinfo', { code: 'EAI_AGAIN' }), 'connect', 'connect'],
  ['Node: no such host', failure('getaddrinfo', { code: 'ENOTFOUND' }), 'connect', 'connect'],
  ['Node: reset', failure('read ECONNRESET', { code: 'ECONNRESET' }), 'connect', 'connect'],
  ['Node: time-out', failure('connect', { code: 'ETIMEDOUT' }), 'timeout', 'timeout'],
  ['Node: file', failure('open', { code: 'EACCES' }), 'auth', 'permission'],
  ['Node: disk', failure('write', { code: 'ENOSPC' }), 'io', 'io'],
  ['TLS: expired', failure('certificate has expired', { code: 'CERT_HAS_EXPIRED' }), 'auth', 'auth'],
  ['TLS: name', failure('Hostname/IP', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'auth', 'auth'],
  ['TLS: own', failure('self-signed', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'auth', 'auth'],
  ['TLS: none there', failure('SSL routines', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'connect', 'connect'],
  ['TLS: handshake', failure('handshake', { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' }), 'timeout', 'timeout'],
  ['undici: headers', failure('Headers', { code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout', 'timeout'],
  ['undici: socket', failure('other side closed', { code: 'UND_ERR_SOCKET' }), 'connect', 'connect'],
  ['fetch: 401', { status: 401 }, 'auth', 'auth'],
  ['got: 403', failure('Response code 403', { response: { statusCode: 403 } }), 'auth', 'permission'],
  [
    'axios: 429',
    failure('status code 429', { code: 'ERR_BAD_REQUEST', response: { status: 429 } }),
    'backpressure',
    'backpressure',
  ],
  ['axios: time-out', failure('timeout of 10ms exceeded', { code: 'ECONNABORTED' }), 'timeout', 'timeout'],
  ['axios: aborted', failure('Request aborted', { code: 'ECONNABORTED' }), 'connect', 'connect'],
  ['HTTP: 422', failure('no', { statusCode: 422 }), 'schema', 'schema'],
  ['HTTP: 503', failure('no', { statusCode: 503 }), 'backpressure', 'backpressure'],
  ['HTTP: 504', failure('no', { status: 504 }), 'timeout', 'timeout'],
  ['HTTP: 500 says nothing', failure('no', { status: 500 }), 'other', 'other'],
  ['gRPC: deadline', failure('4', { code: 4, details: '', metadata: {} }), 'timeout', 'timeout'],
  ['gRPC: exhausted', failure('8', { code: 8, details: '', metadata: {} }), 'backpressure', 'backpressure'],
  ['KafkaJS: connection', failure('x', { name: 'KafkaJSConnectionError', code: 'ECONNREFUSED' }), 'connect', 'connect'],
  ['KafkaJS: time-out', failure('x', { name: 'KafkaJSRequestTimeoutError' }), 'timeout', 'timeout'],
  [
    'KafkaJS: topic',
    failure('x', { name: 'KafkaJSProtocolError', type: 'TOPIC_AUTHORIZATION_FAILED', code: 29 }),
    'auth',
    'permission',
  ],
  ['KafkaJS: code alone', failure('x', { name: 'KafkaJSProtocolError', code: 3 }), 'routing', 'not_found'],
  [
    'KafkaJS: retries',
    failure('x', {
      name: 'KafkaJSNumberOfRetriesExceeded',
      cause: failure('y', { name: 'KafkaJSSASLAuthenticationError' }),
    }),
    'auth',
    'auth',
  ],
  ['KafkaJS: fenced', failure('x', { name: 'KafkaJSProtocolError', type: 'INVALID_PRODUCER_EPOCH' }), 'fatal', 'other'],
  [
    'librdkafka: queue',
    failure('Local: Queue full', { name: 'LibrdKafkaError', code: -184 }),
    'backpressure',
    'backpressure',
  ],
  ['librdkafka: time-out', failure('Local: x', { origin: 'local', code: -192 }), 'timeout', 'timeout'],
  ['librdkafka: transport', failure('x', { code: 'ERR__TRANSPORT' }), 'connect', 'connect'],
  ['librdkafka: broker', failure('x', { origin: 'kafka', code: 10 }), 'serialization', 'schema'],
  ['librdkafka: fatal', failure('x', { origin: 'local', code: -1, isFatal: true }), 'fatal', 'other'],
  ['Redis: NOAUTH', failure('NOAUTH Authentication required.', { name: 'ReplyError' }), 'auth', 'auth'],
  ['Redis: WRONGPASS', failure('WRONGPASS invalid username-password pair', {}), 'auth', 'auth'],
  ['Redis: LOADING', failure('LOADING Redis is loading the dataset in memory', {}), 'backpressure', 'backpressure'],
  ['Redis: OOM', failure('OOM command not allowed', { name: 'ReplyError' }), 'backpressure', 'backpressure'],
  ['Redis: NOPERM', failure('NOPERM this user has no permissions', {}), 'auth', 'permission'],
  ['Redis: WRONGTYPE', failure('WRONGTYPE Operation against a key', {}), 'schema', 'schema'],
  ['ioredis: retries', failure('Reached the max', { name: 'MaxRetriesPerRequestError' }), 'connect', 'connect'],
  ['ioredis: closed', failure('Connection is closed.', {}), 'connect', 'connect'],
  ['node-redis: closed', new (class SocketClosedUnexpectedlyError extends Error {})('x'), 'connect', 'connect'],
  ['node-redis: time-out', new (class ConnectionTimeoutError extends Error {})('x'), 'timeout', 'timeout'],
  ['pg: password', failure('password', { code: '28P01' }), 'auth', 'auth'],
  ['pg: role', failure('role', { code: '28000' }), 'auth', 'auth'],
  ['pg: connection', failure('x', { code: '08006' }), 'connect', 'connect'],
  ['pg: shutdown', failure('x', { code: '57P01' }), 'connect', 'connect'],
  ['pg: statement', failure('x', { code: '57014' }), 'timeout', 'timeout'],
  ['pg: connections', failure('x', { code: '53300' }), 'backpressure', 'backpressure'],
  ['pg: column', failure('x', { code: '42703' }), 'schema', 'schema'],
  ['pg: table', failure('x', { code: '42P01' }), 'routing', 'not_found'],
  ['pg: privilege', failure('x', { code: '42501' }), 'auth', 'permission'],
  ['pg: value', failure('x', { code: '22P02' }), 'schema', 'schema'],
  ['pg: constraint', failure('x', { code: '23505' }), 'schema', 'schema'],
  ['pg: log gone', failure('requested WAL segment', { code: '58P01' }), 'other', 'checkpoint'],
  ['pg: ended', failure('Connection terminated unexpectedly', {}), 'connect', 'connect'],
  ['pg: pool', failure('timeout exceeded when trying to connect', {}), 'timeout', 'timeout'],
  ['mysql2: denied', failure('x', { code: 'ER_ACCESS_DENIED_ERROR', errno: 1045, sqlState: '28000' }), 'auth', 'auth'],
  ['mysql2: lost', failure('x', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), 'connect', 'connect'],
  [
    'mysql2: lock',
    failure('x', { code: 'ER_LOCK_WAIT_TIMEOUT', errno: 1205, sqlState: 'HY000' }),
    'timeout',
    'timeout',
  ],
  ['mysql2: state alone', failure('x', { code: 'ER_NEW_ONE', sqlState: '22001' }), 'schema', 'schema'],
  ['MySQL: binlog', failure('x', { code: 'ER_MASTER_FATAL_ERROR_READING_BINLOG' }), 'other', 'checkpoint'],
  ['AWS: denied', failure('x', { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }), 'auth', 'permission'],
  [
    'AWS: throttled',
    failure('x', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }),
    'backpressure',
    'backpressure',
  ],
  ['AWS: slow', failure('x', { name: 'SlowDown', $metadata: { httpStatusCode: 503 } }), 'backpressure', 'backpressure'],
  ['AWS: time-out', failure('x', { name: 'TimeoutError' }), 'timeout', 'timeout'],
  ['AWS: validation', failure('x', { name: 'ValidationException' }), 'schema', 'schema'],
  [
    'AWS: unknown, status',
    failure('x', { name: 'NewException', $metadata: { httpStatusCode: 429 } }),
    'backpressure',
    'backpressure',
  ],
  ['ClickHouse: parts', failure('x', { code: '252', type: 'TOO_MANY_PARTS' }), 'backpressure', 'backpressure'],
  ['ClickHouse: password', failure('x', { code: '516', type: 'AUTHENTICATION_FAILED' }), 'auth', 'auth'],
  ['ClickHouse: number', failure('x', { code: '403', type: 'INVALID_JOIN_ON_EXPRESSION' }), 'other', 'other'],
  ['NATS: nobody', failure('503', { name: 'NatsError', code: '503' }), 'routing', 'not_found'],
  [
    'NATS: chained',
    failure('x', { code: 'REQUEST_ERROR', chainedError: failure('y', { code: 'TIMEOUT' }) }),
    'timeout',
    'timeout',
  ],
  ['MongoDB: network', failure('x', { name: 'MongoNetworkError' }), 'connect', 'connect'],
  [
    'MongoDB: server',
    failure('x', { name: 'MongoServerError', code: 18, codeName: 'AuthenticationFailed' }),
    'auth',
    'auth',
  ],
  ['schema registry', failure('x', { name: 'ConfluentSchemaRegistryCompatibilityError' }), 'schema', 'schema'],
  ['Zod', failure('x', { name: 'ZodError' }), 'schema', 'schema'],
  [
    'Sequelize',
    failure('x', { name: 'SequelizeDatabaseError', parent: failure('y', { code: '28P01' }) }),
    'auth',
    'auth',
  ],
  ['a serialized error', failure('connect ECONNREFUSED 127.0.0.1:6379', {}), 'connect', 'connect'],
  ['a text', new String('anything'), 'other', 'other'],
];

for (const [library, error, sink, source] of shapes) {
  test(`${library} is ${sink} to a sink, ${source} to a source`, () => {
    assert.deepEqual([classifyError(error), classifySourceError(error)], [sink, source]);
  });
}

test('what is thrown without being an error is classified as well', () => {
  assert.equal(classifyError('ETIMEDOUT: no answer'), 'timeout');
  for (const thrown of [undefined, null, 0, 401, '', true, Symbol('x'), 10n, () => {}, []]) {
    assert.equal(classifyError(thrown), 'other');
  }
});

test('a refused connection is connect, by net and by fetch', async () => {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const [refused] = (await once(connect(port, 'localhost'), 'error').catch((error: unknown) => [error])) as [unknown];
  assert.equal(classifyError(refused), 'connect');
  const failed: unknown = await fetch(`http://localhost:${port}`).catch((error: unknown) => error);
  assert.equal(classifyError(failed), 'connect');
});

test('an aborted fetch is cancelled, and a time-out if that was the reason', async () => {
  const abortWith = (reason?: unknown): Promise<unknown> =>
    fetch('http://localhost', { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error);
  assert.equal(classifySourceError(await abortWith()), 'cancelled');
  assert.equal(classifyError(await abortWith()), 'other');
  assert.equal(classifyError(await abortWith(new DOMException('late', 'TimeoutError'))), 'timeout');
});

test('an aborted stream is what its reason says', async () => {
  const aborting = (reason: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      const source = addAbortSignal(AbortSignal.abort(reason), new Readable({ read() {} }));
      pipeline(source, new Writable({ write() {} }), resolve);
    });
  assert.equal(classifySourceError(await aborting(undefined)), 'cancelled');
  assert.equal(classifySourceError(await aborting(new DOMException('late', 'TimeoutError'))), 'timeout');
});

test('what cannot be serialized is serialization', async () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  assert.equal(classifyError(thrownBy(() => JSON.stringify(circular))), 'serialization');
  assert.equal(classifyError(thrownBy(() => JSON.stringify(1n))), 'serialization');
  assert.equal(classifyError(thrownBy(() => JSON.parse('{') as unknown)), 'serialization');
  assert.equal(classifyError(thrownBy(() => structuredClone(() => {}))), 'serialization');
});

test('a missing file is not found', async () => {
  const missing: unknown = await readFile('/no/such/file').catch((error: unknown) => error);
  assert.deepEqual([classifyError(missing), classifySourceError(missing)], ['routing', 'not_found']);
});

test('the outermost error that says why goes first', () => {
  const inner = failure('inner', { code: 'ECONNREFUSED' });
  assert.equal(classifyError(failure('outer', { status: 401, cause: inner })), 'auth');
  assert.equal(classifyError(failure('outer', { cause: failure('middle', { cause: inner }) })), 'connect');
});

test('an abort says less than what is behind it', () => {
  const abort = failure('The operation was aborted', { name: 'AbortError', cause: failure('x', { status: 429 }) });
  assert.equal(classifyError(abort), 'backpressure');
});

test('aggregates are looked into', () => {
  assert.equal(classifyError(new AggregateError([failure('?', {}), failure('x', { code: '28P01' })])), 'auth');
});

test('causes in circles and without end are followed for so long only', () => {
  const circle = failure('x', {});
  Object.assign(circle, { cause: failure('y', { cause: circle }) });
  assert.equal(classifyError(circle), 'other');
  const endless = (): object => Object.defineProperty({}, 'cause', { get: endless });
  assert.equal(classifyError(endless()), 'other');
});

test('whatever is thrown, classification gives one of the lists and does not throw', () => {
  const sinkKinds: readonly string[] = sinkFailures.attributes.kind;
  const sourceKinds: readonly string[] = sourceErrors.attributes.kind;
  fc.assert(
    fc.property(anythingThrown, (thrown) => {
      assert.ok(sinkKinds.includes(classifyError(thrown)));
      assert.ok(sourceKinds.includes(classifySourceError(thrown)));
    }),
    { numRuns: 2000 },
  );
});

test('what does what it likes when it is looked at is other', () => {
  const keys = ['cause', 'code', 'constructor', 'errors', 'message', 'metadata', 'name', 'response'];
  for (const thrown of [hostile(), revoked(), hostileArray()]) {
    assert.equal(classifyError(thrown), 'other');
    for (const key of keys) assert.equal(classifyError({ [key]: thrown }), 'other', key);
    assert.equal(classifyError(new AggregateError([thrown])), 'other');
  }
});

test('a failure of the same error is told the same way to sinks and sources, as far as they have the class', () => {
  const both = new Set<string>(sinkFailures.attributes.kind.filter((kind) => isSourceKind(kind)));
  assert.deepEqual([...both].toSorted(), ['auth', 'backpressure', 'connect', 'io', 'other', 'schema', 'timeout']);
  for (const [library, error] of shapes) {
    const source: string = classifySourceError(error);
    if (both.has(source) && source !== 'other' && classifyError(error) !== 'serialization') {
      assert.equal(classifyError(error), source, library);
    }
  }
});

function isSourceKind(kind: string): boolean {
  return (sourceErrors.attributes.kind as readonly string[]).includes(kind);
}

const word = fc.constantFrom(
  'code',
  'type',
  'name',
  'message',
  'status',
  'cause',
  'errors',
  'reason',
  'origin',
  'length',
);
const text = fc.constantFrom('ECONNREFUSED', 'KafkaJSError', '28P01', 'NOAUTH', 'timeout', '', 'toString', '__proto__');
const value = fc.oneof(fc.anything(), text, fc.integer());

/** What can be thrown: anything, and objects that have what errors have. */
const anythingThrown = fc.oneof(
  value,
  fc.dictionary(word, value),
  fc.dictionary(word, fc.dictionary(word, value)),
  fc.dictionary(word, value).map((properties) => Object.assign(new Error('x'), properties)),
  fc.array(value).map((errors) => new AggregateError(errors)),
);

/** An object whose every property throws when it is read. */
function hostile(): object {
  const trap = (): never => {
    throw new Error('not readable');
  };
  return new Proxy({}, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap, getOwnPropertyDescriptor: trap });
}

function hostileArray(): readonly unknown[] {
  return new Proxy([], {
    get: (_, key) => (key === 'length' ? 2 ** 32 : hostile()),
  });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

function failure(message: string, properties: object): Error {
  return Object.assign(new Error(message), properties);
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
