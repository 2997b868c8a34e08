/** What an application records wrongly does not reach the exports, nor the application, nor stderr more than once. */
import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { createConveyor } from 'flowmeter/conveyor';
import { createRoboflow } from 'flowmeter/roboflow';
import { scrape } from '../../../test/support/prometheus-text.ts';
import { isOfSelf } from '../../../test/support/self-metrics.ts';
import { started } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

/** Where our engine counts them. */
const DROPPED = 'flowmeter_engine_dropped_measurements';

const NOT_NUMBERS = [NaN, Infinity, -Infinity, '5', null, undefined, 5n, {}] as readonly unknown[] as readonly number[];

it('values that an instrument does not take are dropped, with one line for each instrument', async (context) => {
  const { lines } = takeStderr(context);
  await using handle = await started({ exporters: ['prometheus'], prometheus: { port: 0 } });
  const conveyor = createConveyor();
  const roboflow = createRoboflow();
  conveyor.recordRecordsReceived('s', 1);
  conveyor.recordRoutingLatency('p', 1);
  conveyor.recordBufferUtilization('stage', 1);
  roboflow.pendingUploads.add(1);
  for (let round = 0; round < 3; round += 1) {
    for (const value of [...NOT_NUMBERS, -1]) {
      conveyor.recordRecordsReceived('s', value);
      conveyor.recordRoutingLatency('p', value);
    }
    for (const value of NOT_NUMBERS) {
      conveyor.recordBufferUtilization('stage', value);
      roboflow.pendingUploads.add(value);
    }
  }

  const text = await scrape(handle.url);
  strictEqual(text.value('conveyor_router_records_received_total', { source_id: 's' }), 1);
  strictEqual(text.value('conveyor_router_routing_latency_ms_count', { pipeline_id: 'p' }), 1);
  strictEqual(text.value('conveyor_router_routing_latency_ms_sum', { pipeline_id: 'p' }), 1);
  strictEqual(text.value('conveyor_router_buffer_utilization', { stage_id: 'stage' }), 1);
  strictEqual(text.value('roboflow_pending_uploads'), 1);
  const told = lines.slice(1).map((line) => /^flowmeter: (\w+): dropped NaN; /.exec(line)?.[1]);
  const recorded = text.families
    .filter((family) => !isOfSelf(family))
    .map(({ name }) => name.replace(/_total$/, ''))
    .filter((name) => name !== 'target_info' && name !== DROPPED);
  strictEqual(told.length, 4, lines.join('\n'));
  deepStrictEqual(new Set(told), new Set(recorded));
  if (process.env['FLOWMETER_ENGINE'] === 'sdk') return;
  for (const [instrument, calls] of [
    ['conveyor_router_records_received', 9],
    ['conveyor_router_routing_latency_ms', 9],
    ['conveyor_router_buffer_utilization', 8],
    ['roboflow_pending_uploads', 8],
  ] as const) {
    const counts = text.samples.filter(
      ({ name, labels }) => name === `${DROPPED}_total` && labels['instrument_name'] === instrument,
    );
    strictEqual(
      counts.reduce((sum, { value }) => sum + value, 0),
      3 * calls,
      instrument,
    );
  }
});

it('labels that are not strings are converted or left out, and the measurement is kept', async (context) => {
  const { lines } = takeStderr(context);
  await using handle = await started({ exporters: ['prometheus'], prometheus: { port: 0 } });
  const { recordRecordsRouted } = createConveyor();
  const wrong = (value: unknown): string => value as string;
  recordRecordsRouted(wrong(7), wrong(true), 1);
  recordRecordsRouted(wrong(7n), wrong(true), 1);
  recordRecordsRouted(wrong(null), wrong({}), 1);

  const text = await scrape(handle.url);
  strictEqual(text.value('conveyor_router_records_routed_total', { pipeline_id: '7', stage_id: 'true' }), 2);
  strictEqual(text.value('conveyor_router_records_routed_total'), 1);
  strictEqual(lines.length, 2, lines.join('\n'));
  match(
    lines[1] ?? '',
    /^flowmeter: conveyor_router_records_routed: attribute pipeline_id is 7, not a string, and was converted/,
  );
});

it('labels that the instrument does not declare do not reach the exports', async (context) => {
  takeStderr(context);
  await using handle = await started({ exporters: ['prometheus'], prometheus: { port: 0 } });
  const attributes = { source_id: 's', user: 'u-1' };
  createConveyor().recordsReceived.add(2, attributes);
  strictEqual((await scrape(handle.url)).value('conveyor_router_records_received_total', { source_id: 's' }), 2);
});
