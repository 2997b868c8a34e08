import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { threadId } from 'node:worker_threads';
import { createHook } from 'node:async_hooks';
import { hashSync } from 'bcryptjs';
import { BcryptWorker } from '../../../src/server/web-config/bcrypt-worker.ts';

const HASH = hashSync('right', 4);
/** As slow as a comparison may be here: about a tenth of a second. */
const SLOW_HASH = hashSync('right', 10);

describe('the thread that compares passwords', () => {
  // As a server does; the thread itself would let the process end.
  const hold = setInterval(() => {}, 60_000);
  after(() => clearInterval(hold));

  it('knows right from wrong, in the three spellings of bcrypt', async () => {
    const worker = new BcryptWorker();
    for (const spelling of ['$2a$', '$2b$', '$2y$']) {
      const hash = spelling + HASH.slice(4);
      strictEqual(await worker.compare('right', hash), true, spelling);
      strictEqual(await worker.compare('wrong', hash), false, spelling);
    }
    strictEqual(await worker.compare('right', `$2b$04$${'.'.repeat(53)}`), false);
    await worker.close();
  });

  it('is one thread, beside this one', async () => {
    const made: string[] = [];
    const hook = createHook({ init: (_id, type) => void (type === 'WORKER' && made.push(type)) }).enable();
    const worker = new BcryptWorker();
    await Promise.all([worker.compare('right', HASH), worker.compare('right', HASH)]);
    await worker.compare('right', HASH);
    hook.disable();
    await worker.close();
    strictEqual(threadId, 0);
    deepStrictEqual(made, ['WORKER']);
  });

  it('leaves this thread free while it compares', async () => {
    const worker = new BcryptWorker();
    await worker.compare('right', HASH);
    const comparison = worker.compare('right', SLOW_HASH);
    const turn = new Promise((resolve) => setImmediate(resolve, 'a turn of the event loop'));
    strictEqual(await Promise.race([comparison, turn]), 'a turn of the event loop');
    strictEqual(await comparison, true);
    await worker.close();
  });

  it('takes eight comparisons at a time, and says of more that nobody knows', async () => {
    const worker = new BcryptWorker();
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => worker.compare('right', HASH)));
    deepStrictEqual(verdicts, [...Array.from({ length: 8 }, () => true), undefined, undefined]);
    strictEqual(await worker.compare('right', HASH), true);
    await worker.close();
  });

  it('starts anew after its end, which leaves what was under way without a verdict', async () => {
    const worker = new BcryptWorker();
    const comparison = worker.compare('right', SLOW_HASH);
    await worker.close();
    strictEqual(await comparison, undefined);
    strictEqual(await worker.compare('right', HASH), true);
    await worker.close();
    await worker.close();
    notStrictEqual(await worker.compare('wrong', HASH), undefined);
    await worker.close();
  });
});
