import { createDeltaforge, type Deltaforge } from '@flowmeter/instruments/deltaforge';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { collectSeries, type Collected } from './support/collected-series.ts';
import { meterProviderWith, throwing } from './support/failing-meters.ts';
import { numbersOf } from './support/numbers.ts';
import { captureReports, stopReports } from './support/reports.ts';

afterEach(stopReports);

const DEPTH = 'deltaforge_pipeline_channel_depth';
const BUFFER = 'deltaforge_sink_client_buffer_depth';

function create(): { readonly deltaforge: Deltaforge; readonly collected: Collected } {
  const collected = collectSeries();
  return { deltaforge: createDeltaforge({ meterProvider: collected.meterProvider }), collected };
}

test('a depth that is given is what the gauge has', async () => {
  const { deltaforge, collected } = create();
  const orders = deltaforge.pipeline('orders');
  orders.channelDepth(12);
  orders.channelDepth(7);
  orders.sink('kafka').clientBuffer(100);
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 7 });
  assert.deepEqual(await numbersOf(collected, BUFFER), { 'orders kafka': 100 });
});

test('a function that tells the depth is asked before every collection', async () => {
  const { deltaforge, collected } = create();
  const channel: unknown[] = [];
  let inFlight = 3;
  deltaforge.pipeline('orders').channelDepth(() => channel.length);
  deltaforge
    .pipeline('orders')
    .sink('kafka')
    .clientBuffer(() => inFlight);
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 0 });
  channel.push('a', 'b');
  inFlight = 0;
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 2 });
  assert.deepEqual(await numbersOf(collected, BUFFER), { 'orders kafka': 0 });
});

test('the last one to tell a depth is the one that counts, whichever handle it was given to', async () => {
  const { deltaforge, collected } = create();
  const { meterProvider } = collected;
  deltaforge.pipeline('orders').channelDepth(() => 1);
  createDeltaforge({ meterProvider })
    .pipeline('orders')
    .channelDepth(() => 2);
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 2 });
  deltaforge.pipeline('orders').channelDepth(3);
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 3 });
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 3 });
});

test('handles that are made again and again hold nothing', async () => {
  const { deltaforge, collected } = create();
  let asked = 0;
  for (let index = 0; index < 100; index += 1) {
    deltaforge.pipeline('orders').channelDepth(() => {
      asked += 1;
      return index;
    });
  }
  assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 99 });
  assert.equal(asked, 1);
});

test('a function that throws, or tells no number, leaves the gauge as it is, with one report', async () => {
  const { deltaforge, collected } = create();
  const reports = captureReports();
  const orders = deltaforge.pipeline('orders');
  orders.channelDepth(5);
  orders.channelDepth(throwing('no channel'));
  orders.sink('kafka').clientBuffer(() => 'many' as unknown as number);
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(await numbersOf(collected, DEPTH), { orders: 5 });
    assert.deepEqual(await numbersOf(collected, BUFFER), {});
  }
  assert.equal(reports.filter((report) => report.includes('no channel')).length, 1);
  assert.equal(reports.filter((report) => report.includes(BUFFER)).length, 1);
});

test('nothing but gauges is collected by it', async () => {
  const { deltaforge, collected } = create();
  deltaforge.pipeline('orders').channelDepth(() => 1);
  assert.deepEqual([...(await collected.families()).keys()], [DEPTH]);
});

test('a meter without observable instruments costs what is to be asked, in one line', () => {
  const reports = captureReports();
  const meterProvider = meterProviderWith({ createObservableGauge: throwing('no such thing') });
  createDeltaforge({ meterProvider })
    .pipeline('orders')
    .channelDepth(() => 1);
  assert.match(reports.join('\n'), /gauges stay as they are, since the meter takes no callback: Error: no such thing/);
});

test('a source that is read, and gauges that are asked, do not keep the process', () => {
  const deltaforge = JSON.stringify(fileURLToPath(import.meta.resolve('@flowmeter/instruments/deltaforge')));
  const engine = JSON.stringify(fileURLToPath(import.meta.resolve('@flowmeter/engine')));
  const app = `
    import { createDeltaforge } from ${deltaforge};
    import { MeterProvider } from ${engine};
    import { PassThrough } from 'node:stream';
    const orders = createDeltaforge({ meterProvider: new MeterProvider({ readers: [] }) }).pipeline('orders');
    orders.source('mysql').events(new PassThrough({ objectMode: true }));
    orders.source('mysql').event({});
    orders.channelDepth(() => 1);
    console.log('recorded');`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--conditions=@flowmeter/source', '--input-type=module', '--eval', app],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.deepEqual([stdout, status], ['recorded\n', 0]);
});
