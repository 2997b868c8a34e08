import { MeterProvider } from '@flowmeter/engine';
import { PrometheusReader } from '@flowmeter/prometheus';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFamilies } from '../exposition/support/metric-families.ts';
import { OPEN_METRICS, PROTOBUF, scraped } from './support/endpoint.ts';

const wrong: readonly unknown[] = [5, true, {}, [], Symbol('x'), () => {}, 10n, NaN, null];

for (const [what, Provider] of [
  ['the engine', MeterProvider],
  ['sdk-metrics', SdkMeterProvider],
] as const) {
  test(`units and descriptions that are no text do not keep ${what} from being scraped`, async () => {
    const reader = new PrometheusReader({ targetInfoEnabled: false });
    const meter = new Provider({ readers: [reader] }).getMeter('test');
    for (const [position, value] of wrong.entries()) {
      meter.createCounter(`unit${position}`, { unit: value as string }).add(1);
      meter.createCounter(`description${position}`, { description: value as string }).add(1);
    }
    const { families, scrape } = scraped(reader);
    for (const accept of ['text/plain', OPEN_METRICS]) assert.equal((await families(accept)).size, 2 * wrong.length);
    assert.equal(decodeFamilies((await scrape(PROTOBUF)).body).length, 2 * wrong.length);
    assert.equal((JSON.parse((await scrape('application/json')).text) as unknown[]).length, 2 * wrong.length);
    assert.equal((await reader.overview()).length, 2 * wrong.length);
  });
}
