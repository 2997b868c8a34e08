import type { KnownWords } from './known-words.ts';

/** Names of the AWS SDK's exceptions (S3, Kinesis, SNS, SQS, DynamoDB; Smithy's own), which it has without the status at times. */
export const AWS_ERRORS: KnownWords = {
  auth: [
    'CredentialsProviderError',
    'ExpiredToken',
    'ExpiredTokenException',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'InvalidToken',
    'MissingAuthenticationToken',
    'RequestExpired',
    'RequestTimeTooSkewed',
    'SignatureDoesNotMatch',
    'TokenProviderError',
    'UnrecognizedClientException',
  ],
  permission: [
    'AccessDenied',
    'AccessDeniedException',
    'AccountProblem',
    'AllAccessDisabled',
    'AuthorizationError',
    'AuthorizationErrorException',
    'KMSAccessDeniedException',
    'NotAuthorized',
    'UnauthorizedAccess',
  ],
  timeout: ['RequestTimeout', 'RequestTimeoutException'],
  backpressure: [
    'BandwidthLimitExceeded',
    'EC2ThrottledException',
    'KMSThrottlingException',
    'LimitExceededException',
    'OverLimit',
    'PriorRequestNotComplete',
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'RequestThrottled',
    'RequestThrottledException',
    'ServiceUnavailable',
    'ServiceUnavailableException',
    'SlowDown',
    'Throttled',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
  ],
  schema: ['InvalidParameterException', 'InvalidParameterValue', 'MalformedXML', 'ValidationException'],
  serialization: ['EntityTooLarge', 'InvalidMessageContents', 'MessageTooLong', 'SerializationException'],
  not_found: [
    'NoSuchBucket',
    'NoSuchKey',
    'NotFound',
    'NotFoundException',
    'QueueDoesNotExist',
    'ResourceNotFoundException',
  ],
};

/** `type` of ClickHouse's exceptions (ClickHouse, `src/Common/ErrorCodes.cpp`), as `@clickhouse/client` has it. */
export const CLICKHOUSE_ERRORS: KnownWords = {
  auth: ['AUTHENTICATION_FAILED', 'REQUIRED_PASSWORD', 'UNKNOWN_USER', 'WRONG_PASSWORD'],
  permission: ['ACCESS_DENIED', 'DATABASE_ACCESS_DENIED', 'READONLY', 'QUOTA_EXPIRED'],
  timeout: ['SOCKET_TIMEOUT', 'TIMEOUT_EXCEEDED'],
  connect: ['ALL_CONNECTION_TRIES_FAILED', 'KEEPER_EXCEPTION', 'NETWORK_ERROR', 'NO_ACTIVE_REPLICAS'],
  backpressure: [
    'MEMORY_LIMIT_EXCEEDED',
    'NOT_ENOUGH_SPACE',
    'QUOTA_EXCEEDED',
    'TOO_MANY_PARTS',
    'TOO_MANY_SIMULTANEOUS_QUERIES',
    'TOO_MANY_UNAVAILABLE_SHARDS',
  ],
  schema: [
    'INCORRECT_NUMBER_OF_COLUMNS',
    'NOT_FOUND_COLUMN_IN_BLOCK',
    'NO_SUCH_COLUMN_IN_TABLE',
    'NUMBER_OF_COLUMNS_DOESNT_MATCH',
    'THERE_IS_NO_COLUMN',
    'TYPE_MISMATCH',
    'UNKNOWN_IDENTIFIER',
  ],
  serialization: [
    'CANNOT_PARSE_DATE',
    'CANNOT_PARSE_DATETIME',
    'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
    'CANNOT_PARSE_NUMBER',
    'CANNOT_PARSE_QUOTED_STRING',
    'CANNOT_PARSE_TEXT',
    'CANNOT_READ_ALL_DATA',
    'INCORRECT_DATA',
  ],
  not_found: ['UNKNOWN_DATABASE', 'UNKNOWN_TABLE'],
  io: ['TABLE_IS_READ_ONLY'],
  cancelled: ['QUERY_WAS_CANCELLED'],
};

/** Codes of nats.js before its third version, and the names of that. */
export const NATS_ERRORS: KnownWords = {
  auth: [
    'AUTHENTICATION_EXPIRED',
    'AUTHENTICATION_TIMEOUT',
    'AUTHORIZATION_VIOLATION',
    'BAD_AUTHENTICATION',
    'BAD_CREDS',
  ],
  permission: ['PERMISSIONS_VIOLATION', 'PermissionViolationError'],
  timeout: ['CONNECTION_TIMEOUT', 'TIMEOUT'],
  connect: ['CONNECTION_CLOSED', 'CONNECTION_DRAINING', 'CONNECTION_REFUSED', 'DISCONNECT', 'ClosedConnectionError'],
  serialization: ['BAD_JSON', 'BAD_PAYLOAD', 'INVALID_PAYLOAD', 'MAX_PAYLOAD_EXCEEDED'],
  routing: ['503', 'BAD_SUBJECT', 'NoRespondersError', 'InvalidSubjectError'],
};

/** MongoDB: the driver's classes, and the server's `codeName`. */
export const MONGODB_ERRORS: KnownWords = {
  auth: ['AuthenticationFailed'],
  permission: ['Unauthorized'],
  timeout: ['MaxTimeMSExpired', 'MongoNetworkTimeoutError', 'MongoOperationTimeoutError'],
  connect: [
    'MongoNetworkError',
    'MongoNotConnectedError',
    'MongoServerSelectionError',
    'MongoTopologyClosedError',
    'NotWritablePrimary',
    'PrimarySteppedDown',
  ],
  backpressure: ['ExceededMemoryLimit', 'MongoWaitQueueTimeoutError'],
  schema: ['DocumentValidationFailure', 'DuplicateKey'],
  not_found: ['NamespaceNotFound'],
  serialization: ['BSONError', 'BSONObjectTooLarge'],
};

/** Schema registries, and libraries that hold data against a schema: JSON Schema, Zod, Joi, Protocol Buffers. */
export const SCHEMA_ERRORS: KnownWords = {
  schema: [
    'ConfluentSchemaRegistryArgumentError',
    'ConfluentSchemaRegistryCompatibilityError',
    'ConfluentSchemaRegistryError',
    'ConfluentSchemaRegistryInvalidSchemaError',
    'ConfluentSchemaRegistryValidationError',
    'ValidationError',
    'ZodError',
    '$ZodError',
  ],
  serialization: ['ConfluentSchemaRegistrySerdesError', 'ProtocolError', 'SerializationError'],
};
