/** A collector that asks to be left alone is, by the pushes to come as well: in simulated time. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver, type OtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { OtlpExporter } from '../src/metrics/otlp-exporter.ts';
import { PushTally } from '../src/metrics/push-tally.ts';
import { RequestLimit } from '../src/metrics/request-limit.ts';
import { otlpTo } from './support/pushing-provider.ts';

const METRICS = { resource: resourceFromAttributes({}), scopeMetrics: [] };
const [SECOND, MINUTE] = [1000, 60_000];

/** An exporter in a time of its own. */
function createExporter({ url }: OtlpReceiver) {
  let nowMs = 0;
  const wait = async (ms: number): Promise<void> => void (nowMs += ms);
  const exporter = new OtlpExporter(otlpTo(url), new RequestLimit(), { now: () => nowMs, wait });
  return {
    exporter,
    /** Makes a push at a time, and resolves to why it failed. */
    async pushAt(ms: number): Promise<unknown> {
      ok(ms >= nowMs, `it is ${nowMs} already`);
      nowMs = ms;
      const tally = new PushTally(METRICS);
      await exporter.push(tally);
      return tally.failure;
    },
  };
}

const ASKED: Readonly<Record<string, { readonly header: () => string; readonly endsAtMs: number }>> = {
  'for a number of seconds': { header: () => '120', endsAtMs: 120 * SECOND },
  'until a date': { header: () => new Date(Date.now() + 121 * SECOND).toUTCString(), endsAtMs: 121 * SECOND },
  'for a year, and is for ten minutes': { header: () => '31536000', endsAtMs: 10 * MINUTE },
  'until a date far away, and is for ten minutes': {
    header: () => 'Fri, 31 Dec 9999 23:59:59 GMT',
    endsAtMs: 10 * MINUTE,
  },
  'for more seconds than there are numbers, and is for ten minutes': {
    header: () => '9'.repeat(400),
    endsAtMs: 10 * MINUTE,
  },
};

describe('a collector is left alone that asks for it', () => {
  for (const [way, { header, endsAtMs }] of Object.entries(ASKED)) {
    for (const status of [429, 503]) {
      it(`${way}, with ${status}`, async (context) => {
        const todayMs = Date.UTC(2026, 10, 21);
        context.mock.method(Date, 'now', () => todayMs);
        await using receiver = await startOtlpReceiver();
        const { exporter, pushAt } = createExporter(receiver);
        receiver.respondWith(status, { times: 1, headers: { 'retry-after': header() } });
        const refusal = await pushAt(0);
        ok(refusal instanceof Error && refusal.message.startsWith(`HTTP ${status}`));
        // A date has no milliseconds.
        strictEqual(await pushAt(endsAtMs - 3 * SECOND), refusal);
        strictEqual(receiver.requests.length, 1);
        strictEqual(await pushAt(endsAtMs + SECOND), undefined);
        strictEqual(receiver.requests.length, 2);
        await exporter.shutdown();
      });
    }
  }

  it('but for the end of the process, which has no later', async () => {
    await using receiver = await startOtlpReceiver();
    const { exporter, pushAt } = createExporter(receiver);
    receiver.respondWith(503, { times: 1, headers: { 'retry-after': '120' } });
    await pushAt(0);
    await exporter.hurry(1000, async () => strictEqual(await pushAt(0), undefined));
    strictEqual(receiver.requests.length, 2);
    await exporter.shutdown();
  });
});

for (const header of ['soon', '-5', '1.5', '', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
  it(`a time to wait of "${header}" is none`, async () => {
    await using receiver = await startOtlpReceiver();
    const { exporter, pushAt } = createExporter(receiver);
    receiver.respondWith(503, { times: 1, headers: { 'retry-after': header } });
    strictEqual(await pushAt(0), undefined);
    deepStrictEqual(
      receiver.requests.map(({ status }) => status),
      [503, 200],
    );
    await exporter.shutdown();
  });
}
