/** The body of the worker thread that compares passwords with hashes, one after the other. */
import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

/** A question to the thread. */
export interface Comparison {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

/** Its answer. */
export interface Verdict {
  readonly id: number;
  readonly isMatch: boolean;
}

parentPort?.on('message', ({ id, password, hash }: Comparison) => {
  const verdict: Verdict = { id, isMatch: compareSync(password, hash) };
  parentPort?.postMessage(verdict, []);
});
