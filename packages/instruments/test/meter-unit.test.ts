import { instrumentSets, meterUnit } from '@flowmeter/instruments';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conveyorContract } from './contract/conveyor.ts';
import { deltaforgeContract } from './contract/deltaforge.ts';
import { krafkaContract } from './contract/krafka.ts';
import { roboflowContract } from './contract/roboflow.ts';
import { fc } from './support/properties.ts';
import { translatedName } from './support/translated-name.ts';

const entries = instrumentSets.flatMap((set) => Object.values(set.definitions));

test('every instrument comes out of a translation to Prometheus under the name of its contract', () => {
  const contract = [...conveyorContract, ...roboflowContract, ...deltaforgeContract, ...krafkaContract];
  const translated = entries.map(({ name, unit, instrument }) =>
    translatedName(name, meterUnit(name, unit), instrument === 'upDownCounter' ? 'gauge' : instrument),
  );
  assert.deepEqual(translated.toSorted(), contract.map(({ name }) => name).toSorted());
});

test('without the rule, names would change: the true units of these instruments add a word', () => {
  const changed = entries.filter(({ name, unit }) => translatedName(name, unit, 'gauge') !== name);
  assert.deepEqual(
    changed.map(({ name, unit }) => `${name} in ${unit}`),
    [
      'conveyor_router_routing_latency_ms in ms',
      'conveyor_router_buffer_utilization in 1',
      'roboflow_bytes_read in By',
      'roboflow_bytes_written in By',
      'deltaforge_last_checkpoint_ts in s',
      'deltaforge_sink_last_checkpoint_ts in s',
      'krafka_producer_bytes_sent in By',
      'krafka_producer_topic_bytes_sent in By',
      'krafka_consumer_bytes_received in By',
      'krafka_connection_throttle_delay_ms in ms',
      'krafka_connection_oauth_token_expiry_epoch_ms in ms',
    ],
  );
});

const told: readonly (readonly [name: string, unit: string, told: string])[] = [
  ['deltaforge_source_lag_seconds', 's', 's'],
  ['deltaforge_batch_bytes', 'By', 'By'],
  ['deltaforge_dlq_saturation_ratio', '1', '1'],
  ['deltaforge_last_checkpoint_ts', 's', '{s}'],
  ['roboflow_bytes_read', 'By', '{By}'],
  ['conveyor_router_routing_latency_ms', 'ms', '{ms}'],
  ['conveyor_router_buffer_utilization', '1', '{ratio}'],
  ['conveyor_router_records_routed', '{record}', '{record}'],
  ['seconds', 's', '{s}'],
  ['milliseconds', 's', '{s}'],
  ['requests', '{request}/s', '{request/s}'],
  ['anything', 'toString', '{toString}'],
];

for (const [name, unit, expected] of told) {
  test(`the meter of ${name} in ${unit} is told ${expected}`, () => {
    assert.equal(meterUnit(name, unit), expected);
  });
}

test('no unit changes a name', () => {
  const suffix = fc.constantFrom('', '_seconds', '_bytes', '_ratio', '_ms', '_total', '_milliseconds');
  const name = fc.tuple(fc.stringMatching(/^[a-z][a-z_]{0,12}$/), suffix).map((parts) => parts.join(''));
  const known = fc.constantFrom('s', 'ms', 'By', 'KiBy', '1', '%', '', '{record}', 'By/s', '{record}/s', '{a}{b}');
  const unit = fc.oneof(known, fc.string({ maxLength: 12 }), fc.stringMatching(/^[a-zA-Z{}/1%]{0,6}$/));
  const type = fc.constantFrom('counter', 'gauge', 'histogram');
  fc.assert(
    fc.property(name, unit, type, (anyName, anyUnit, anyType) => {
      assert.equal(translatedName(anyName, meterUnit(anyName, anyUnit), anyType), translatedName(anyName, '', anyType));
    }),
    { numRuns: 2000 },
  );
});
