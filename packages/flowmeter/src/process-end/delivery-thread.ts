/**
 * The body of the thread that makes the last push, when the event loop of the application turns no more. It waits meanwhile, and then
 * takes the messages that are there.
 */
import { workerData } from 'node:worker_threads';
import { OtlpAttempt } from '../metrics/otlp-attempt.ts';
import { createConnection, type OtlpConnection } from '../metrics/otlp-connection.ts';
import { isWorthOthers, pauseBefore, toRefusal } from '../metrics/otlp-failure.ts';
import type { Delivery, Outcome } from './delivery.ts';

const { target, bodies, limitMs, port, ended } = workerData as Delivery;

/** Requests hold no thread. */
const hold = setInterval(() => {}, limitMs);

function tell(outcome: Outcome): void {
  port.postMessage(outcome);
}

async function deliver(connection: OtlpConnection, body: Uint8Array): Promise<Uint8Array | undefined> {
  const attempt = (): Promise<Uint8Array | undefined> => new OtlpAttempt(connection.send(body), limitMs).answer;
  return attempt().catch((error: unknown) => {
    if (pauseBefore(1, error) > 0) throw error;
    return attempt();
  });
}

try {
  const connection = await createConnection(target);
  for (const body of bodies) {
    try {
      tell({ answer: await deliver(connection, body) });
    } catch (error) {
      if (!isWorthOthers(error)) throw error;
      tell({ refusal: toRefusal(error) });
    }
  }
} catch (error) {
  // The collector is not there, or a certificate cannot be read any more.
  tell({ refusal: toRefusal(error) });
} finally {
  clearInterval(hold);
  Atomics.store(ended, 0, 1);
  Atomics.notify(ended, 0);
}
