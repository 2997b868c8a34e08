import type { FailureClass } from './failure-class.ts';

/** What an answer's status says (RFC 9110, 15; RFC 6585). Others say nothing that the rest of an error does not say better. */
export const HTTP_STATUSES: ReadonlyMap<number, FailureClass> = new Map<number, FailureClass>([
  [400, 'schema'],
  [401, 'auth'],
  [403, 'permission'],
  [404, 'not_found'],
  [407, 'auth'],
  [408, 'timeout'],
  [410, 'not_found'],
  [413, 'serialization'],
  [415, 'serialization'],
  [422, 'schema'],
  [429, 'backpressure'],
  [502, 'connect'],
  [503, 'backpressure'],
  [504, 'timeout'],
  [505, 'incompatible'],
  [507, 'backpressure'],
  [511, 'auth'],
]);
