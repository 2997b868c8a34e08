import type { FailureClass } from './failure-class.ts';
import type { KnownWords } from './known-words.ts';

/**
 * What errors say only in their text, since the library gives them neither a code nor a name: node-postgres, ioredis, HTTP
 * clients. Read where nothing else has said more.
 */
export const MESSAGES: readonly (readonly [pattern: RegExp, failure: FailureClass])[] = [
  [/\btime[ds]?[ -]?out\b|\btimeout\b|\bdeadline exceeded\b/i, 'timeout'],
  [/\bpassword authentication failed\b|\bauthentication (?:failed|failure|required)\b|\bSASL\b/i, 'auth'],
  [/\baccess denied\b|\bpermission denied\b|\bnot authori[sz]ed\b|\bunauthori[sz]ed\b/i, 'permission'],
  [
    /\btoo many (?:requests|connections|clients)\b|\brate limit|\bqueue (?:is )?full\b|\bbackpressure\b/i,
    'backpressure',
  ],
  [
    /^connection (?:is |was )?(?:closed|terminated|ended|lost)\b|\bsocket hang up\b|\bclient has encountered a connection/i,
    'connect',
  ],
  [/\bcircular structure to JSON\b|\bserialize a BigInt\b|\bcannot be serialized\b/i, 'serialization'],
];

/**
 * Names and codes that say how something failed, but not why: an abort may be a time-out's, a `SyntaxError` anybody's. Whatever
 * else is found in the error, or behind it, goes before them.
 */
export const WEAK_WORDS: KnownWords = {
  cancelled: ['AbortError', 'ABORT_ERR', 'ERR_CANCELED', 'CanceledError', 'UND_ERR_ABORTED', 'UND_ERR_ABORT'],
  connect: ['ECONNABORTED'],
  serialization: ['SyntaxError', 'DataCloneError'],
};
