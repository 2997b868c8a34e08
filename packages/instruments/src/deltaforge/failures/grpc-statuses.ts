import type { FailureClass } from './failure-class.ts';

/** The codes of gRPC's statuses (gRPC, "Status codes and their use in gRPC"). */
export const GRPC_STATUSES: ReadonlyMap<number, FailureClass> = new Map<number, FailureClass>([
  [1, 'cancelled'],
  [3, 'schema'],
  [4, 'timeout'],
  [5, 'not_found'],
  [7, 'permission'],
  [8, 'backpressure'],
  [12, 'incompatible'],
  [14, 'connect'],
  [15, 'io'],
  [16, 'auth'],
]);
