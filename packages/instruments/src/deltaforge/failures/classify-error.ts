import { readEvidence, type ErrorEvidence } from './error-evidence.ts';
import {
  SINK_KIND_OF,
  SOURCE_KIND_OF,
  type FailureClass,
  type SinkFailureKind,
  type SourceErrorKind,
} from './failure-class.ts';
import { GRPC_STATUSES } from './grpc-statuses.ts';
import { HTTP_STATUSES } from './http-statuses.ts';
import { KAFKA_CODES, KAFKA_NAMES, KAFKAJS_ERRORS } from './kafka-errors.ts';
import type { KnownWords } from './known-words.ts';
import { CERTIFICATE_ERRORS, NODE_ERROR_PREFIXES, NODE_ERRORS } from './node-errors.ts';
import { REDIS_CLIENT_ERRORS, REDIS_REPLIES } from './redis-errors.ts';
import { AWS_ERRORS, CLICKHOUSE_ERRORS, MONGODB_ERRORS, NATS_ERRORS, SCHEMA_ERRORS } from './service-errors.ts';
import { failureOfSqlState, MYSQL_ERRORS } from './sql-errors.ts';
import { MESSAGES, WEAK_WORDS } from './weak-evidence.ts';

/** Causes of causes, and errors of aggregates, may be without end. */
const MOST_ERRORS = 50;

const STRONG: ReadonlyMap<string, FailureClass> = new Map([
  ...[
    NODE_ERRORS,
    CERTIFICATE_ERRORS,
    MYSQL_ERRORS,
    KAFKAJS_ERRORS,
    REDIS_CLIENT_ERRORS,
    AWS_ERRORS,
    CLICKHOUSE_ERRORS,
    NATS_ERRORS,
    MONGODB_ERRORS,
    SCHEMA_ERRORS,
  ].flatMap(byWord),
  ...KAFKA_NAMES,
]);
const PREFIXES = byWord(NODE_ERROR_PREFIXES);
const REPLIES = new Map(byWord(REDIS_REPLIES));
const WEAK = new Map(byWord(WEAK_WORDS));

/**
 * Why a sink could not deliver, as the `kind` of `deltaforge_sink_failures_total`. Total: whatever was thrown, it never throws and
 * gives one of the list.
 *
 * It knows the codes and names of Node, `fetch`, HTTP and gRPC clients, TLS, KafkaJS, librdkafka, ioredis and node-redis, Postgres, MySQL,
 * ClickHouse, MongoDB, NATS, the AWS SDK and schema registries, and looks into causes and aggregates. What says nothing of itself is `other`.
 */
export function classifyError(thrown: unknown): SinkFailureKind {
  return SINK_KIND_OF[failureOf(thrown)];
}

/** As {@link classifyError}, for the `kind` of `deltaforge_source_errors_total`. */
export function classifySourceError(thrown: unknown): SourceErrorKind {
  return SOURCE_KIND_OF[failureOf(thrown)];
}

/** The outermost error that says why goes first: it knows what was tried. Then texts, then what says hardly anything. */
function failureOf(thrown: unknown): FailureClass {
  try {
    const errors = withNested(thrown);
    return firstOf(errors, strongEvidence) ?? firstOf(errors, textEvidence) ?? firstOf(errors, weakEvidence) ?? 'other';
  } catch {
    // A stack that is as good as used up, or whatever else: the caller has an error to throw already.
    return 'other';
  }
}

/** What was thrown, then what is in it, breadth first, each once. */
function withNested(thrown: unknown): readonly ErrorEvidence[] {
  const found = new Set<unknown>([thrown]);
  const errors: ErrorEvidence[] = [];
  for (const each of found) {
    const evidence = readEvidence(each);
    errors.push(evidence);
    for (const nested of evidence.nested) if (found.size < MOST_ERRORS) found.add(nested);
  }
  return errors;
}

function firstOf(
  errors: readonly ErrorEvidence[],
  look: (error: ErrorEvidence) => FailureClass | undefined,
): FailureClass | undefined {
  for (const error of errors) {
    const failure = look(error);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function strongEvidence({ words, code, statuses, isKafka, isGrpc, isFatal }: ErrorEvidence): FailureClass | undefined {
  if (isFatal) return 'fatal';
  for (const word of words) {
    const failure = STRONG.get(word) ?? failureOfSqlState(word) ?? failureOfPrefix(word);
    if (failure !== undefined) return failure;
  }
  const codes: ReadonlyMap<number, FailureClass> = isKafka ? KAFKA_CODES : isGrpc ? GRPC_STATUSES : HTTP_STATUSES;
  return (code === undefined ? undefined : codes.get(code)) ?? known(HTTP_STATUSES, statuses);
}

function failureOfPrefix(word: string): FailureClass | undefined {
  return PREFIXES.find(([prefix]) => word.startsWith(prefix))?.[1];
}

function textEvidence({ message }: ErrorEvidence): FailureClass | undefined {
  return (
    known(REPLIES, message.match(/^[A-Z]+\b/) ?? []) ??
    known(STRONG, message.match(/\b[A-Z][A-Z\d_]{3,}\b/g) ?? []) ??
    MESSAGES.find(([pattern]) => pattern.test(message))?.[1]
  );
}

function weakEvidence({ words }: ErrorEvidence): FailureClass | undefined {
  return known(WEAK, words);
}

function known<Key>(table: ReadonlyMap<Key, FailureClass>, keys: readonly Key[]): FailureClass | undefined {
  const key = keys.find((each) => table.has(each));
  return key === undefined ? undefined : table.get(key);
}

function byWord(words: KnownWords): (readonly [word: string, failure: FailureClass])[] {
  return (Object.entries(words) as [FailureClass, readonly string[]][]).flatMap(([failure, list]) =>
    list.map((word) => [word, failure] as const),
  );
}
