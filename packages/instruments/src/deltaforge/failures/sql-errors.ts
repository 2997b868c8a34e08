import type { FailureClass } from './failure-class.ts';
import type { KnownWords } from './known-words.ts';

/** MySQL's names (MySQL, "Server Error Message Reference"), and what the `mysql` and `mysql2` clients call their own errors. */
export const MYSQL_ERRORS: KnownWords = {
  auth: [
    'ER_ACCESS_DENIED_ERROR',
    'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
    'ER_NOT_SUPPORTED_AUTH_MODE',
    'ER_MUST_CHANGE_PASSWORD',
    'ER_MUST_CHANGE_PASSWORD_LOGIN',
    'ER_ACCOUNT_HAS_BEEN_LOCKED',
    'ER_HOST_NOT_PRIVILEGED',
    'AUTH_SWITCH_PLUGIN_ERROR',
    'HANDSHAKE_SSL_ERROR',
    'HANDSHAKE_NO_SSL_SUPPORT',
  ],
  permission: [
    'ER_DBACCESS_DENIED_ERROR',
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_COLUMNACCESS_DENIED_ERROR',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
    'ER_OPTION_PREVENTS_STATEMENT',
  ],
  connect: [
    'PROTOCOL_CONNECTION_LOST',
    'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
    'PROTOCOL_ENQUEUE_AFTER_QUIT',
    'PROTOCOL_ENQUEUE_AFTER_DESTROY',
    'ER_SERVER_SHUTDOWN',
    'ER_NET_READ_ERROR',
    'ER_NET_ERROR_ON_WRITE',
    'ER_HOST_IS_BLOCKED',
    'ER_BAD_HOST_ERROR',
    'ER_HANDSHAKE_ERROR',
  ],
  timeout: [
    'PROTOCOL_SEQUENCE_TIMEOUT',
    'ER_LOCK_WAIT_TIMEOUT',
    'ER_QUERY_TIMEOUT',
    'ER_NET_READ_INTERRUPTED',
    'ER_NET_WRITE_INTERRUPTED',
    'ER_CLIENT_INTERACTION_TIMEOUT',
  ],
  backpressure: [
    'ER_CON_COUNT_ERROR',
    'ER_TOO_MANY_USER_CONNECTIONS',
    'ER_USER_LIMIT_REACHED',
    'ER_OUT_OF_RESOURCES',
    'ER_OUTOFMEMORY',
    'ER_LOCK_DEADLOCK',
    'POOL_ENQUEUELIMIT',
  ],
  schema: [
    'ER_BAD_FIELD_ERROR',
    'ER_BAD_NULL_ERROR',
    'ER_NO_DEFAULT_FOR_FIELD',
    'ER_DATA_TOO_LONG',
    'ER_WARN_DATA_OUT_OF_RANGE',
    'ER_TRUNCATED_WRONG_VALUE',
    'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
    'ER_WRONG_VALUE_COUNT_ON_ROW',
    'ER_DUP_ENTRY',
    'ER_NO_REFERENCED_ROW_2',
    'ER_ROW_IS_REFERENCED_2',
    'ER_CHECK_CONSTRAINT_VIOLATED',
    'ER_PARSE_ERROR',
  ],
  not_found: ['ER_NO_SUCH_TABLE', 'ER_BAD_DB_ERROR', 'ER_NO_DB_ERROR'],
  checkpoint: ['ER_MASTER_FATAL_ERROR_READING_BINLOG', 'ER_SOURCE_FATAL_ERROR_READING_BINLOG'],
  serialization: ['ER_NET_PACKET_TOO_LARGE', 'ER_INVALID_JSON_TEXT', 'ER_MALFORMED_PACKET'],
  cancelled: ['ER_QUERY_INTERRUPTED'],
  io: ['ER_DISK_FULL', 'ER_RECORD_FILE_FULL', 'ER_ERROR_ON_WRITE', 'ER_ERROR_ON_READ'],
};

/** SQLSTATEs that say more than their class does (PostgreSQL, Appendix A, "PostgreSQL Error Codes"). */
const STATES: ReadonlyMap<string, FailureClass> = new Map<string, FailureClass>([
  ['25P03', 'timeout'], // idle_in_transaction_session_timeout
  ['42501', 'permission'], // insufficient_privilege
  ['42P01', 'not_found'], // undefined_table
  ['3D000', 'not_found'], // invalid_catalog_name
  ['3F000', 'not_found'], // invalid_schema_name
  ['55P03', 'timeout'], // lock_not_available
  ['55006', 'backpressure'], // object_in_use: a replication slot that another reader holds
  ['57014', 'timeout'], // query_canceled: mostly by statement_timeout
  ['58P01', 'checkpoint'], // undefined_file: the log that a position is in is gone
]);

/** The classes of SQLSTATEs, their first two characters. */
const STATE_CLASSES: ReadonlyMap<string, FailureClass> = new Map<string, FailureClass>([
  ['08', 'connect'], // connection exception
  ['0A', 'incompatible'], // feature not supported
  ['0P', 'auth'], // invalid role specification
  ['21', 'schema'], // cardinality violation
  ['22', 'schema'], // data exception
  ['23', 'schema'], // integrity constraint violation
  ['28', 'auth'], // invalid authorization specification
  ['40', 'backpressure'], // transaction rollback: deadlock, serialization failure
  ['42', 'schema'], // syntax error or access rule violation
  ['53', 'backpressure'], // insufficient resources
  ['54', 'serialization'], // program limit exceeded
  ['57', 'connect'], // operator intervention: shutdown
  ['58', 'io'], // system error
]);

/** What a SQLSTATE says: five digits and capitals, with a digit among the first two. */
export function failureOfSqlState(word: string): FailureClass | undefined {
  if (!/^(?:\d[\dA-Z]|[A-Z]\d)[\dA-Z]{3}$/.test(word)) return undefined;
  return STATES.get(word) ?? STATE_CLASSES.get(word.slice(0, 2));
}
