import { MeterProvider as EngineMeterProvider } from '@flowmeter/engine';
import { MeterProvider as StockMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributes } from './demonstrations/attributes.ts';
import type { Demonstration } from './demonstrations/demonstration.ts';
import { observations } from './demonstrations/observations.ts';
import { streams } from './demonstrations/streams.ts';
import { values } from './demonstrations/values.ts';
import { exceptions, type ExceptionName } from './exceptions.ts';

const demonstrations: Readonly<Record<ExceptionName, Demonstration>> = {
  ...values,
  ...attributes,
  ...observations,
  ...streams,
};

for (const name of Object.keys(exceptions) as ExceptionName[]) {
  const { show, stock, ours } = demonstrations[name];
  test(`${exceptions[name].ours}, where sdk-metrics ${exceptions[name].stock}`, async () => {
    assert.deepEqual(await show(StockMeterProvider), stock);
    assert.deepEqual(await show(EngineMeterProvider), ours);
  });
}
