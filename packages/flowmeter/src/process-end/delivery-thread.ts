/**
 * The body of the thread that makes the last push, when the event loop of the application turns no more. What came of it stands
 * in shared memory, since nobody reads messages any more.
 */
import type { IncomingMessage } from 'node:http';
import { workerData } from 'node:worker_threads';
import { beginRequest, createAgent } from '../metrics/otlp-http-request.ts';
import { reasonOf } from '../reason-of.ts';
import { UNREACHABLE, type Delivery } from './delivery.ts';

const { target, body, outcome, reason } = workerData as Delivery;

function tell(what: number): void {
  Atomics.store(outcome, 0, what);
  Atomics.notify(outcome, 0);
}

function fail(error: unknown): void {
  outcome[1] = new TextEncoder().encodeInto(reasonOf(error), reason).written;
  tell(UNREACHABLE);
}

try {
  const request = beginRequest(target, createAgent(target), body.byteLength);
  request.on('response', ({ statusCode }: IncomingMessage) => tell(statusCode ?? UNREACHABLE));
  request.on('error', fail);
  request.end(body);
} catch (error) {
  // A certificate that cannot be read any more.
  fail(error);
}
