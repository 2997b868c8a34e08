import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { collectSeries, type Collected } from '../support/collected-series.ts';

/** The clock that timers read, in milliseconds. */
let nowMs = 0;
mock.method(performance, 'now', () => nowMs);

const VIDEO = { file_type: 'video' };

async function uploadsOf({ families }: Collected): Promise<unknown> {
  const all = await families();
  const series = (name: string): unknown =>
    all.get(`roboflow_${name}`)?.series.map(({ attributes, value }) => {
      if (typeof value === 'number') return Object.keys(attributes).length === 0 ? value : [attributes, value];
      return [attributes, value.count, value.sum];
    }) ?? [];
  return {
    pending: series('pending_uploads'),
    seconds: series('upload_duration_seconds'),
    bytes: series('upload_bytes'),
    retries: series('upload_retries'),
  };
}

test('an upload that succeeds has its duration by file type, and its bytes', async () => {
  const sdk = collectSeries();
  const result = await createRoboflow(sdk).upload(
    VIDEO,
    async () => {
      nowMs += 3000;
      return 'etag';
    },
    { bytes: 512 },
  );
  assert.equal(result, 'etag');
  assert.deepEqual(await uploadsOf(sdk), { pending: [0], seconds: [[VIDEO, 1, 3]], bytes: [512], retries: [] });
});

test('an upload that fails has its duration and no bytes, and throws the same', async () => {
  const sdk = collectSeries();
  const error = new Error('refused');
  const fail = (): never => {
    nowMs += 1000;
    throw error;
  };
  const { upload } = createRoboflow(sdk);
  assert.throws(
    () => upload(VIDEO, fail, { bytes: 512 }),
    (thrown) => thrown === error,
  );
  await assert.rejects(
    upload(VIDEO, async () => fail(), { bytes: 512 }),
    (thrown) => thrown === error,
  );
  assert.deepEqual(await uploadsOf(sdk), { pending: [0], seconds: [[VIDEO, 2, 2]], bytes: [], retries: [] });
});

test('the bytes of an upload can be told by what is uploaded', async () => {
  const sdk = collectSeries();
  const { upload } = createRoboflow(sdk);
  for (const bytes of [Buffer.alloc(3), 'é', new Blob(['four']), new ArrayBuffer(5)])
    upload(VIDEO, () => {}, { bytes });
  assert.equal(await sdk.value('roboflow_upload_bytes'), 3 + 2 + 4 + 5);
});

test('an upload is pending until its turn in the queue comes', async () => {
  const sdk = collectSeries();
  const waiting: (() => unknown)[] = [];
  const queue = <Result>(task: () => Result): Promise<Awaited<Result>> => {
    const { promise, resolve } = Promise.withResolvers<Awaited<Result>>();
    waiting.push(async () => resolve(await task()));
    return promise;
  };
  const { upload } = createRoboflow(sdk);
  const uploads = [1, 2].map((index) => upload(VIDEO, async () => index, { queue }));
  nowMs += 60_000;
  assert.equal(await sdk.value('roboflow_pending_uploads'), 2);
  await waiting.shift()?.();
  assert.equal(await sdk.value('roboflow_pending_uploads'), 1);
  await waiting.shift()?.();
  assert.deepEqual(await Promise.all(uploads), [1, 2]);
  assert.deepEqual(await uploadsOf(sdk), { pending: [0], seconds: [[VIDEO, 2, 0]], bytes: [], retries: [] });
});

test('an upload is pending in a queue that promises nothing as well', async () => {
  const sdk = collectSeries();
  const waiting: (() => void)[] = [];
  createRoboflow(sdk).upload(VIDEO, () => {}, { queue: (upload) => waiting.push(upload) });
  assert.equal(await sdk.value('roboflow_pending_uploads'), 1);
  waiting.pop()?.();
  assert.deepEqual(await uploadsOf(sdk), { pending: [0], seconds: [[VIDEO, 1, 0]], bytes: [], retries: [] });
});

test('an upload whose queue is cleared is pending no more, and has no duration', async () => {
  const sdk = collectSeries();
  const { upload } = createRoboflow(sdk);
  const cleared = new Error('cleared');
  const reject = async (): Promise<string> => {
    throw cleared;
  };
  const isCleared = (error: unknown): boolean => error === cleared;
  await assert.rejects(
    upload(VIDEO, async () => 'uploaded', { queue: reject }),
    isCleared,
  );
  const refuse = (): string => {
    throw cleared;
  };
  assert.throws(() => upload(VIDEO, () => 'uploaded', { queue: refuse }), isCleared);
  assert.deepEqual(await uploadsOf(sdk), { pending: [0], seconds: [], bytes: [], retries: [] });
});

test('each attempt after a failed one is a retry, by the reason of the failure', async () => {
  const sdk = collectSeries();
  const errors: unknown[] = [
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
    new DOMException('late', 'TimeoutError'),
    new Error('failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) }),
    new RangeError('too large'),
    Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  ];
  let attempts = 0;
  const put = async (): Promise<string> => {
    const error = errors[attempts++];
    if (error !== undefined) throw error;
    return 'etag';
  };
  const work = createRoboflow(sdk).upload(VIDEO, (attempt) => retry(5, () => attempt(put)), { bytes: 9 });
  assert.equal(await work, 'etag');
  assert.deepEqual(await uploadsOf(sdk), {
    pending: [0],
    seconds: [[VIDEO, 1, 0]],
    bytes: [9],
    retries: [
      [{ reason: 'ECONNRESET' }, 2],
      [{ reason: 'TimeoutError' }, 1],
      [{ reason: 'ECONNREFUSED' }, 1],
      [{ reason: 'RangeError' }, 1],
    ],
  });
});

test('the last failure is no retry, since no attempt follows it', async () => {
  const sdk = collectSeries();
  const error = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const put = async (): Promise<never> => {
    throw error;
  };
  await assert.rejects(
    createRoboflow(sdk).upload(VIDEO, (attempt) => retry(1, () => attempt(put))),
    (thrown) => thrown === error,
  );
  assert.deepEqual(await sdk.series('roboflow_upload_retries'), [{ attributes: { reason: 'ECONNRESET' }, value: 1 }]);
});

test('reasons can be given few names', async () => {
  const sdk = collectSeries();
  const { upload } = createRoboflow(sdk);
  const attemptTwice = (attempt: (make: () => void) => void): void => {
    try {
      attempt(() => {
        throw new Error('network is unreachable');
      });
    } catch {
      attempt(() => {});
    }
  };
  upload(VIDEO, attemptTwice, { reason: (error) => (String(error).includes('network') ? 'network' : 'other') });
  upload(VIDEO, attemptTwice, {
    reason: () => {
      throw new Error('no reason');
    },
  });
  assert.deepEqual(await sdk.series('roboflow_upload_retries'), [
    { attributes: { reason: 'network' }, value: 1 },
    { attributes: { reason: 'other' }, value: 1 },
  ]);
});

test('what is thrown and is no error has a reason as well', async () => {
  const sdk = collectSeries();
  for (const thrown of [undefined, null, 5, 'text', Symbol('any'), { code: 42 }]) {
    createRoboflow(sdk).upload(VIDEO, (attempt) => {
      assert.throws(
        () =>
          attempt(() => {
            throw thrown;
          }),
        (error) => error === thrown,
      );
      attempt(() => {});
    });
  }
  assert.deepEqual(await sdk.series('roboflow_upload_retries'), [{ attributes: { reason: 'other' }, value: 6 }]);
});

async function retry<Result>(retries: number, attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    if (retries === 0) throw error;
    return retry(retries - 1, attempt);
  }
}
