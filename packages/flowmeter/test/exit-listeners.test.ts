/** Listeners of the application for its exit, and ours beside them. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOtlpReceiver, type OtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';
import { withoutSelf } from '../../../test/support/self-metrics.ts';

/** sdk-metrics' own engine can only be waited for. */
const isStock = process.env['FLOWMETER_ENGINE'] === 'sdk';

const RECORDED = 3;
const RECORD = `const conveyor = require('flowmeter/conveyor'); conveyor.recordRecordsReceived('s', ${RECORDED});`;

describe('what listeners for the exit record is delivered', () => {
  const listener = `process.on('exit', () => conveyor.recordRecordsReceived('s', 10));`;

  for (const [ending, code] of [
    ['runs to its end', ''],
    ['calls process.exit', 'setImmediate(() => process.exit());'],
    ['throws', `setImmediate(() => { throw new Error('mine') });`],
  ] as const) {
    it(`where the application ${ending}`, async () => {
      if (isStock) return;
      await using receiver = await startOtlpReceiver();
      await run(listener + code, receiver.url);
      deepStrictEqual(takenBy(receiver), [RECORDED, 10]);
    });
  }

  it('as what was recorded before them is where one of them ends the process', async () => {
    if (isStock) return;
    await using receiver = await startOtlpReceiver();
    const { code } = await run(`process.on('exit', () => process.exit(6)); ${listener}`, receiver.url);
    deepStrictEqual([code, ...takenBy(receiver)], [6, RECORDED]);
  });
});

it('Node warns of a leak no sooner than without flowmeter', async () => {
  const code = `for (const event of ['exit', 'beforeExit', 'SIGTERM']) {
    for (let listeners = 0; listeners < process.argv[1]; listeners += 1) process.on(event, () => {});
  }
  setImmediate(() => process.exit());`;
  for (const [listeners, isWarned] of [
    ['10', false],
    ['13', true],
  ] as const) {
    const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', code, listeners], {
      env: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:1' },
    });
    const warnings = stderr.filter((line) => line.includes('MaxListenersExceededWarning'));
    strictEqual(warnings.length > 0, isWarned, stderr.join('\n'));
  }
});

/** With pushes that bring what is new alone. */
function run(application: string, url: string): ReturnType<typeof runApp> {
  return runApp([...REGISTER_FROM_SOURCE, '-e', `${RECORD} ${application}`], {
    env: {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    },
  });
}

/** The values of all that was taken. */
function takenBy({ requests }: OtlpReceiver): unknown[] {
  return requests.flatMap(({ series }) => withoutSelf(series).map((point) => point.kind === 'sum' && point.value));
}
