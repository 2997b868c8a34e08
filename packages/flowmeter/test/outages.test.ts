/** A collector that is not there, or does not answer as it should: a line when that begins, a line when it is over. */
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver, type OtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { createConveyor } from 'flowmeter/conveyor';
import { startMisbehavingCollector } from './support/misbehaving-collector.ts';
import { started } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

const conveyor = createConveyor();

/** A push that fails ends within this, without time for a second try. */
const TIMEOUT_MS = 100;

const FAILURES: Readonly<Record<string, { fail(receiver: OtlpReceiver): unknown; reason: RegExp }>> = {
  'does not listen': { fail: (receiver) => receiver.close(), reason: /connect ECONNREFUSED/ },
  'answers 503': { fail: (receiver) => receiver.respondWith(503), reason: /HTTP 503 Service Unavailable/ },
  'answers 429': { fail: (receiver) => receiver.respondWith(429), reason: /HTTP 429 Too Many Requests/ },
  'answers 400': { fail: (receiver) => receiver.respondWith(400), reason: /HTTP 400 Bad Request/ },
  'answers 401': { fail: (receiver) => receiver.respondWith(401), reason: /HTTP 401 Unauthorized/ },
  'answers too late': {
    fail: (receiver) => receiver.respondWith(200, { delayMs: 3 * TIMEOUT_MS }),
    reason: /timed out|no answer within/,
  },
};

describe('two lines tell of a collector that', () => {
  for (const [failure, { fail, reason }] of Object.entries(FAILURES)) {
    it(failure, async (context) => {
      const { lines } = takeStderr(context);
      let receiver = await startOtlpReceiver();
      const port = Number(new URL(receiver.url).port);
      await using handle = await started({
        exporters: ['otlp'],
        otlp: { endpoint: receiver.url, timeoutMs: TIMEOUT_MS },
      });
      conveyor.recordRecordsReceived(failure, 1);
      await fail(receiver);
      for (let push = 0; push < 3; push += 1) await handle.forceFlush();
      strictEqual(lines.length, 2, lines.join('\n'));
      match(
        lines[1] ?? '',
        /^flowmeter: OTLP push to http:\/\/localhost:\d+\/v1\/metrics fails \(.*\); recording goes on/,
      );
      match(lines[1] ?? '', reason);

      await receiver.close();
      receiver = await startOtlpReceiver({ port });
      conveyor.recordRecordsReceived(failure, 1);
      for (let push = 0; push < 3; push += 1) await handle.forceFlush();
      strictEqual(lines.length, 3, lines.join('\n'));
      match(lines[2] ?? '', /^flowmeter: OTLP push to \S+ works again, after 3 failed pushes$/);
      const values = receiver
        .metrics()
        .flatMap((one) => (one.kind === 'sum' && one.attributes['source_id'] === failure ? one.value : []));
      deepStrictEqual(values, [2], 'nothing was lost');

      await receiver.close();
      for (let push = 0; push < 2; push += 1) await handle.forceFlush();
      strictEqual(lines.length, 4, 'and a line when it begins again');
    });
  }
});

it('there is no line for each interval', async (context) => {
  const stderr = takeStderr(context);
  const enough = Promise.withResolvers<void>();
  await using receiver = await startOtlpReceiver({
    onRequest: () => receiver.requests.length === 5 && enough.resolve(),
  });
  receiver.respondWith(400);
  await using handle = await started({ exporters: ['otlp'], otlp: { endpoint: receiver.url }, exportIntervalMs: 50 });
  conveyor.recordRecordsReceived('intervals', 1);
  await enough.promise;
  strictEqual(stderr.lines.length, 2, stderr.lines.join('\n'));
  receiver.respondWith(200);
  const over = await stderr.line(/works again, after/);
  ok(Number(/after (\d+) failed pushes/.exec(over)?.[1]) >= 5, over);
  await handle.forceFlush();
  strictEqual(stderr.lines.length, 3, stderr.lines.join('\n'));
});

it('a level of none silences the lines as well', async (context) => {
  const { lines } = takeStderr(context);
  await using receiver = await startOtlpReceiver();
  receiver.respondWith(400);
  await using handle = await started({ exporters: ['otlp'], otlp: { endpoint: receiver.url }, logLevel: 'none' });
  conveyor.recordRecordsReceived('silent', 1);
  await handle.forceFlush();
  receiver.respondWith(200);
  await handle.forceFlush();
  strictEqual(receiver.requests.length, 2);
  deepStrictEqual(lines, []);
});

it('what the collector has rejected is a line, not one for each push, and is not sent again', async (context) => {
  const { lines } = takeStderr(context);
  await using collector = await startMisbehavingCollector();
  collector.turns = ['rejected', 'rejected', 'taken', 'rejected'];
  const otlp = { endpoint: collector.url, temporality: 'delta' } as const;
  await using handle = await started({ exporters: ['otlp'], otlp });
  for (const source of ['a', 'b', 'c', 'd']) {
    conveyor.recordRecordsReceived(`rejected ${source}`, 1);
    await handle.forceFlush();
  }
  strictEqual(collector.count, 4);
  deepStrictEqual(lines.slice(1), ['flowmeter: the collector has rejected 1 of 1 data points: too old']);
});
