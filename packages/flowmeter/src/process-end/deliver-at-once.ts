import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OtlpTarget } from '../metrics/otlp-http-request.ts';
import { PENDING, UNREACHABLE, type Delivery } from './delivery.ts';

const MOST_REASON_BYTES = 512;

/**
 * Makes one push without a turn of the event loop, and waits for it: a thread makes it, which takes some 30 ms.
 *
 * @returns why it failed; `undefined` if it was taken
 * @throws Error where there can be no thread
 */
export function deliverAtOnce(target: OtlpTarget, body: Uint8Array, limitMs: number): Error | undefined {
  const outcome = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const reason = new Uint8Array(new SharedArrayBuffer(MOST_REASON_BYTES));
  const delivery: Delivery = { target, body, outcome, reason };
  // The source runs as it is, and so does what is built of it.
  const file = new URL(`./delivery-thread${extname(import.meta.url)}`, import.meta.url);
  // Neither flags nor NODE_OPTIONS: what the application preloads is not to be started there.
  const worker = new Worker(file, { name: 'flowmeter last push', workerData: delivery, execArgv: [], env: {} });
  worker.unref();
  Atomics.wait(outcome, 0, PENDING, limitMs);
  const status = Atomics.load(outcome, 0);
  // The process may go on: nothing is to be delivered behind its back.
  void worker.terminate();
  if (status >= 200 && status < 300) return undefined;
  if (status === PENDING) return new Error(`no answer within ${Math.ceil(limitMs)} ms`);
  // The decoder does not take memory that is shared.
  const text = new TextDecoder().decode(reason.slice(0, outcome[1]));
  return new Error(status === UNREACHABLE ? text : `HTTP ${status}`);
}
