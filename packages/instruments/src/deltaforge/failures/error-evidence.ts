/** What an error says of itself, as far as it can be read: libraries put the same facts in many places. */
export interface ErrorEvidence {
  /** Codes, types and names, those first that say most. */
  readonly words: readonly string[];
  /** The code, where it is a number. */
  readonly code: number | undefined;
  /** HTTP statuses. */
  readonly statuses: readonly number[];
  readonly message: string;
  /** Errors in it, and behind it. */
  readonly nested: readonly unknown[];
  /** Whether it is one of the Kafka clients', whose numbers are Kafka's protocol. */
  readonly isKafka: boolean;
  /** Whether it is a gRPC client's, whose numbers are gRPC's statuses. */
  readonly isGrpc: boolean;
  /** Whether librdkafka says that its client is of no more use. */
  readonly isFatal: boolean;
}

/** Where words are: Node, undici, MySQL and Postgres use `code`, Kafka and ClickHouse `type`, MongoDB `codeName`. */
const WORD_PATHS = [['code'], ['type'], ['sqlState'], ['codeName'], ['name'], ['constructor', 'name']] as const;

/** Where HTTP clients, the AWS SDK and Elasticsearch's client have the status. */
const STATUS_PATHS = [
  ['status'],
  ['statusCode'],
  ['response', 'status'],
  ['response', 'statusCode'],
  ['$metadata', 'httpStatusCode'],
  ['meta', 'statusCode'],
] as const;

/** Where one error holds another: the language, KafkaJS, Sequelize, NATS, and events that carry an error. */
const NESTED_PATHS = [['cause'], ['originalError'], ['parent'], ['reason'], ['error'], ['chainedError']] as const;

/** More of a message, or of an `AggregateError`, says no more. */
const LONGEST_MESSAGE = 1000;
const MOST_NESTED = 20;

/** Reads what was thrown. Never throws, whatever it is and whatever its properties do when they are read. */
export function readEvidence(thrown: unknown): ErrorEvidence {
  const words = WORD_PATHS.map((path) => at(thrown, path)).filter((word) => typeof word === 'string');
  const errors = listOf(at(thrown, ['errors']));
  const code = at(thrown, ['code']);
  const message = typeof thrown === 'string' ? thrown : at(thrown, ['message']);
  return {
    words,
    code: typeof code === 'number' ? code : undefined,
    statuses: STATUS_PATHS.map((path) => at(thrown, path)).filter((status) => typeof status === 'number'),
    message: typeof message === 'string' ? message.slice(0, LONGEST_MESSAGE) : '',
    nested: [...NESTED_PATHS.map((path) => at(thrown, path)), ...errors].filter((each) => each !== undefined),
    isKafka: words.some((word) => /kafka/i.test(word)) || isKafkaOrigin(at(thrown, ['origin'])),
    isGrpc: typeof at(thrown, ['details']) === 'string' && at(thrown, ['metadata']) !== undefined,
    isFatal: at(thrown, ['isFatal']) === true,
  };
}

/** `undefined` where there is nothing, and where it cannot be read. */
function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if ((typeof found !== 'object' && typeof found !== 'function') || found === null) return undefined;
    try {
      found = (found as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  }
  return found;
}

/** node-rdkafka says where an error of its own comes from. */
function isKafkaOrigin(origin: unknown): boolean {
  return origin === 'kafka' || origin === 'local';
}

function listOf(value: unknown): readonly unknown[] {
  try {
    if (!Array.isArray(value)) return [];
    return Array.from({ length: Math.min(value.length, MOST_NESTED) }, (_, index): unknown => value[index]);
  } catch {
    return [];
  }
}
