import { extname } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { NoAnswer } from '../metrics/no-answer.ts';
import { withAuthorities } from '../metrics/otlp-certificates.ts';
import type { OtlpTarget } from '../metrics/otlp-connection.ts';
import type { Delivery, Outcome } from './delivery.ts';

/** What the thread has told of the bodies, in their order. */
export interface Delivered {
  readonly outcomes: readonly Outcome[];
  /** Why there are no further ones: the time is over. */
  readonly timedOut: Error | undefined;
}

/**
 * Makes requests without a turn of the event loop, and waits for them: a thread makes them, which takes some 30 ms.
 *
 * @throws Error where there can be no thread
 */
export function deliverAtOnce(target: OtlpTarget, bodies: readonly Uint8Array[], limitMs: number): Delivered {
  const ended = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const { port1, port2 } = new MessageChannel();
  const delivery: Delivery = { target: withAuthorities(target), bodies, limitMs, port: port2, ended };
  // The source runs as it is, and so does what is built of it.
  const file = new URL(`./delivery-thread${extname(import.meta.url)}`, import.meta.url);
  // Neither flags nor NODE_OPTIONS: what the application preloads is not to be started there. What TLS is told, it is told there as well.
  const { NODE_TLS_REJECT_UNAUTHORIZED } = process.env;
  const options = { name: 'flowmeter last push', execArgv: [], env: { NODE_TLS_REJECT_UNAUTHORIZED } };
  const worker = new Worker(file, { ...options, workerData: delivery, transferList: [port2] });
  worker.unref();
  const timedOut = Atomics.wait(ended, 0, 0, limitMs) === 'timed-out' ? new NoAnswer(limitMs) : undefined;
  const outcomes: Outcome[] = [];
  for (let told = receiveMessageOnPort(port1); told !== undefined; told = receiveMessageOnPort(port1)) {
    outcomes.push(told.message as Outcome);
  }
  port1.close();
  // The process may go on: nothing is to be delivered behind its back.
  void worker.terminate();
  return { outcomes, timedOut };
}
