import type { FailureClass } from './failure-class.ts';
import type { KnownWords } from './known-words.ts';

/**
 * Errors of Kafka's protocol (Apache Kafka, "Protocol Guide", "Error codes"): the number, which librdkafka has, and the names,
 * of which KafkaJS has the first and node-rdkafka a later one with `ERR_` before it.
 */
const PROTOCOL_ERRORS: readonly (readonly [code: number, failure: FailureClass, ...names: string[]])[] = [
  [1, 'checkpoint', 'OFFSET_OUT_OF_RANGE'],
  [2, 'serialization', 'CORRUPT_MESSAGE', 'INVALID_MSG'],
  [3, 'not_found', 'UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_OR_PART'],
  [5, 'connect', 'LEADER_NOT_AVAILABLE'],
  [6, 'connect', 'NOT_LEADER_FOR_PARTITION', 'NOT_LEADER_OR_FOLLOWER'],
  [7, 'timeout', 'REQUEST_TIMED_OUT'],
  [8, 'connect', 'BROKER_NOT_AVAILABLE'],
  [9, 'connect', 'REPLICA_NOT_AVAILABLE'],
  [10, 'serialization', 'MESSAGE_TOO_LARGE', 'MSG_SIZE_TOO_LARGE'],
  [13, 'connect', 'NETWORK_EXCEPTION'],
  [15, 'connect', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'COORDINATOR_NOT_AVAILABLE'],
  [16, 'connect', 'NOT_COORDINATOR_FOR_GROUP', 'NOT_COORDINATOR'],
  [17, 'routing', 'INVALID_TOPIC_EXCEPTION', 'TOPIC_EXCEPTION'],
  [18, 'serialization', 'RECORD_LIST_TOO_LARGE'],
  [19, 'backpressure', 'NOT_ENOUGH_REPLICAS'],
  [20, 'backpressure', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'],
  [29, 'permission', 'TOPIC_AUTHORIZATION_FAILED'],
  [30, 'permission', 'GROUP_AUTHORIZATION_FAILED'],
  [31, 'permission', 'CLUSTER_AUTHORIZATION_FAILED'],
  [32, 'schema', 'INVALID_TIMESTAMP'],
  [33, 'auth', 'UNSUPPORTED_SASL_MECHANISM'],
  [34, 'auth', 'ILLEGAL_SASL_STATE'],
  [35, 'incompatible', 'UNSUPPORTED_VERSION'],
  [43, 'incompatible', 'UNSUPPORTED_FOR_MESSAGE_FORMAT'],
  [44, 'permission', 'POLICY_VIOLATION'],
  [47, 'fatal', 'INVALID_PRODUCER_EPOCH'],
  [49, 'fatal', 'INVALID_PRODUCER_ID_MAPPING'],
  [52, 'fatal', 'TRANSACTION_COORDINATOR_FENCED'],
  [53, 'permission', 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
  [54, 'auth', 'SECURITY_DISABLED'],
  [56, 'io', 'KAFKA_STORAGE_ERROR'],
  [58, 'auth', 'SASL_AUTHENTICATION_FAILED'],
  [61, 'auth', 'DELEGATION_TOKEN_AUTH_DISABLED'],
  [62, 'auth', 'DELEGATION_TOKEN_NOT_FOUND'],
  [65, 'auth', 'DELEGATION_TOKEN_AUTHORIZATION_FAILED'],
  [66, 'auth', 'DELEGATION_TOKEN_EXPIRED'],
  [72, 'connect', 'LISTENER_NOT_FOUND'],
  [76, 'incompatible', 'UNSUPPORTED_COMPRESSION_TYPE'],
  [82, 'fatal', 'FENCED_INSTANCE_ID'],
  [87, 'schema', 'INVALID_RECORD'],
  [89, 'backpressure', 'THROTTLING_QUOTA_EXCEEDED'],
  [90, 'fatal', 'PRODUCER_FENCED'],
];

/** librdkafka's own errors (rdkafka.h, `rd_kafka_resp_err_t`): the number, and node-rdkafka's name. */
const CLIENT_ERRORS: readonly (readonly [code: number, failure: FailureClass, name: string])[] = [
  [-199, 'serialization', 'ERR__BAD_MSG'],
  [-198, 'serialization', 'ERR__BAD_COMPRESSION'],
  [-197, 'connect', 'ERR__DESTROY'],
  [-195, 'connect', 'ERR__TRANSPORT'],
  [-193, 'connect', 'ERR__RESOLVE'],
  [-192, 'timeout', 'ERR__MSG_TIMED_OUT'],
  [-190, 'not_found', 'ERR__UNKNOWN_PARTITION'],
  [-189, 'io', 'ERR__FS'],
  [-188, 'not_found', 'ERR__UNKNOWN_TOPIC'],
  [-187, 'connect', 'ERR__ALL_BROKERS_DOWN'],
  [-185, 'timeout', 'ERR__TIMED_OUT'],
  [-184, 'backpressure', 'ERR__QUEUE_FULL'],
  [-183, 'backpressure', 'ERR__ISR_INSUFF'],
  [-181, 'auth', 'ERR__SSL'],
  [-180, 'connect', 'ERR__WAIT_COORD'],
  [-169, 'auth', 'ERR__AUTHENTICATION'],
  [-168, 'checkpoint', 'ERR__NO_OFFSET'],
  [-166, 'timeout', 'ERR__TIMED_OUT_QUEUE'],
  [-165, 'incompatible', 'ERR__UNSUPPORTED_FEATURE'],
  [-162, 'serialization', 'ERR__KEY_SERIALIZATION'],
  [-161, 'serialization', 'ERR__VALUE_SERIALIZATION'],
  [-160, 'serialization', 'ERR__KEY_DESERIALIZATION'],
  [-159, 'serialization', 'ERR__VALUE_DESERIALIZATION'],
  [-152, 'cancelled', 'ERR__PURGE_QUEUE'],
  [-151, 'cancelled', 'ERR__PURGE_INFLIGHT'],
  [-150, 'fatal', 'ERR__FATAL'],
  [-148, 'fatal', 'ERR__GAPLESS_GUARANTEE'],
  [-146, 'connect', 'ERR__UNKNOWN_BROKER'],
  [-144, 'fatal', 'ERR__FENCED'],
  [-140, 'checkpoint', 'ERR__AUTO_OFFSET_RESET'],
];

/** Kafka's errors by number, for errors that are known to be Kafka's: the numbers alone mean other things elsewhere. */
export const KAFKA_CODES: ReadonlyMap<number, FailureClass> = new Map(
  [...PROTOCOL_ERRORS, ...CLIENT_ERRORS].map(([code, failure]) => [code, failure]),
);

/** Kafka's errors by name. */
export const KAFKA_NAMES: ReadonlyMap<string, FailureClass> = new Map([
  ...PROTOCOL_ERRORS.flatMap(([, failure, ...names]) => names.flatMap((name) => bothNames(name, failure))),
  ...CLIENT_ERRORS.map(([, failure, name]) => [name, failure] as const),
]);

/** Classes of KafkaJS, and of the client of the same shape in `@confluentinc/kafka-javascript`. */
export const KAFKAJS_ERRORS: KnownWords = {
  connect: [
    'KafkaJSConnectionError',
    'KafkaJSConnectionClosedError',
    'KafkaJSBrokerNotFound',
    'KafkaJSGroupCoordinatorNotFound',
    'KafkaJSNoBrokerAvailableError',
  ],
  timeout: ['KafkaJSRequestTimeoutError', 'KafkaJSTimeout', 'KafkaJSLockTimeout'],
  auth: ['KafkaJSSASLAuthenticationError'],
  not_found: ['KafkaJSTopicMetadataNotLoaded'],
  incompatible: ['KafkaJSNotImplemented', 'KafkaJSServerDoesNotSupportApiKey'],
  serialization: ['KafkaJSPartialMessageError', 'KafkaJSUnsupportedMagicByteInMessageSet', 'KafkaJSInvalidVarIntError'],
  checkpoint: ['KafkaJSOffsetOutOfRange'],
};

function bothNames(name: string, failure: FailureClass): (readonly [string, FailureClass])[] {
  return [
    [name, failure],
    [`ERR_${name}`, failure],
  ];
}
