import { around, type Outcome } from '@flowmeter/instruments/flow';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fc } from '../support/properties.ts';

const ERROR = new Error('no work');

/** Work of every kind, and how it ends. */
const works: Readonly<Record<string, (value: unknown) => unknown>> = {
  'a function': (value) => value,
  'a function that throws': (value) => {
    throw value;
  },
  'an async function': async (value) => value,
  'an async function that throws': async (value) => {
    throw value;
  },
  'a promise that resolves later': (value) => new Promise((resolve) => setImmediate(resolve, value)),
  'a promise that rejects later': (value) => new Promise((_, reject) => setImmediate(reject, value)),
  'a thenable': (value) => thenable((resolve) => resolve(value)),
  'a thenable that rejects': (value) => thenable((_, reject) => reject(value)),
  'a thenable that throws': (value) =>
    thenable(() => {
      throw value;
    }),
  'a function with a then': (value) =>
    Object.assign(
      () => {},
      thenable((resolve) => resolve(value)),
    ),
};

for (const [kind, work] of Object.entries(works)) {
  test(`${kind} ends as it does without, and its end is told once, before its caller learns of it`, async () => {
    // A promise as a value would be awaited by the model.
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        const bare = await outcomeOf(() => work(value));
        const told: Outcome[] = [];
        const watched = await outcomeOf(
          () =>
            around(
              () => work(value),
              (outcome) => told.push(outcome),
            ),
          () => {
            assert.equal(told.length, 1);
          },
        );
        assert.deepEqual(watched, bare);
        assert.equal(valueOf(watched), valueOf(bare));
        const [outcome] = told;
        assert.ok(outcome !== undefined && told.length === 1);
        assert.equal(valueOf(outcome), valueOf(bare));
        assert.equal(outcome.succeeded, bare.succeeded);
      }),
      { numRuns: 50 },
    );
  });
}

test('a plain result stays plain', () => {
  const result = { rows: 3 };
  assert.equal(
    around(
      () => result,
      () => {},
    ),
    result,
  );
});

test('a thenable that begins its work when it is awaited does it once', async () => {
  let begun = 0;
  const query = thenable((resolve) => {
    begun += 1;
    resolve(3);
  });
  assert.equal(
    await around(
      () => query,
      () => {},
    ),
    3,
  );
  assert.equal(begun, 1);
});

test('an object whose then cannot be read is a plain result', () => {
  const closed = new Proxy(
    {},
    {
      get: () => {
        throw ERROR;
      },
    },
  );
  const told: Outcome[] = [];
  assert.equal(
    around(
      () => closed,
      (outcome) => told.push(outcome),
    ),
    closed,
  );
  assert.deepEqual(
    told.map(({ succeeded }) => succeeded),
    [true],
  );
});

test('what is told may fail', async () => {
  const fail = (): never => {
    throw new Error('the watch has failed');
  };
  assert.equal(
    around(() => 1, fail),
    1,
  );
  assert.equal(await around(async () => 2, fail), 2);
  assert.throws(() => around(fail, fail), /the watch has failed/);
  await assert.rejects(
    around(async () => {
      throw ERROR;
    }, fail),
    (error) => error === ERROR,
  );
});

const rejections: readonly (readonly [title: string, use: string, expected: string])[] = [
  ['a rejection that nobody handles is reported once, with its error', 'work();', '["no work"]'],
  ['a rejection that is handled is not reported', 'work().catch(() => {});', '[]'],
  ['a rejection that is handled in time is not reported', 'try { await work(); } catch {}', '[]'],
];

for (const [title, use, expected] of rejections) {
  test(title, () => {
    const script = `
      import { around } from '@flowmeter/instruments/flow';
      const reported = [];
      process.on('unhandledRejection', (error) => reported.push(error.message));
      process.on('exit', () => process.stdout.write(JSON.stringify(reported)));
      const work = () => around(async () => { throw new Error('no work'); }, () => {});
      ${use}`;
    const args = [
      ...process.execArgv.filter((arg) => arg.startsWith('--conditions')),
      '--input-type=module',
      '-e',
      script,
    ];
    assert.equal(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }), expected);
  });
}

function thenable(
  then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void,
): PromiseLike<unknown> {
  // oxlint-disable-next-line unicorn/no-thenable -- to be awaited is what it is for
  return { then } as PromiseLike<unknown>;
}

async function outcomeOf(work: () => unknown, atEnd: () => void = () => {}): Promise<Outcome> {
  try {
    const result = work();
    const value: unknown = await result;
    atEnd();
    return { succeeded: true, value };
  } catch (error) {
    atEnd();
    return { succeeded: false, error };
  }
}

function valueOf(outcome: Outcome): unknown {
  return outcome.succeeded ? outcome.value : outcome.error;
}
