/** Exponential histograms, which the service shows and pushes when it is told to: native ones in Prometheus 3. */
import { ok, strictEqual } from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { eventually } from './support/eventually.ts';
import { collector, missing, newPrometheus } from './support/peers.ts';
import type { PromqlApi } from './support/prometheus.ts';
import { PUSHED, SCRAPED, startServices, startWays, WRITTEN, type Ways } from './support/ways.ts';

const running = new AsyncDisposableStack();
const skip = missing(collector, newPrometheus);
const LATENCIES = [0, 0.1, 0.2, 15.5, 15.5, 99.25, 3000, 1e6];
const SUM = LATENCIES.reduce((sum, latency) => sum + latency, 0);
const HISTOGRAM = 'conveyor_router_routing_latency_ms';
let stores: Ways['stores'];

before(async () => {
  if (skip !== false) return;
  const ways = await startWays(running, [], { scraping: { scrape_native_histograms: true } });
  stores = ways.stores;
  const exponential = {
    OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
    FLOWMETER_PROMETHEUS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
  };
  const options = ways.services.map((service) => ({ ...service, env: { ...service.env, ...exponential } }));
  for (const service of await startServices(running, options)) {
    await service.record(...LATENCIES.map((latency) => ['recordRoutingLatency', 'pipeline', latency] as const));
    await service.flush();
  }
});
after(() => running.disposeAsync());

for (const way of [SCRAPED, WRITTEN, PUSHED] as const) {
  const store = (): PromqlApi => stores.get(way) ?? fail(way);

  it(`${way}: a native histogram has the count and the sum of what was recorded`, { skip }, async () => {
    await eventually(async () => {
      strictEqual(await store().valueOf(`histogram_count(${HISTOGRAM})`), LATENCIES.length);
      strictEqual(await store().valueOf(`histogram_sum(${HISTOGRAM})`), SUM);
    });
  });

  it(`${way}: the quantiles of a native histogram are as close as its buckets are narrow`, { skip }, async () => {
    const median = await store().valueOf(`histogram_quantile(0.5, ${HISTOGRAM})`);
    // From 0.1 to a million in 160 buckets: each is a little more than a tenth wider than the one before.
    ok(median > 15.5 / 1.2 && median < 15.5 * 1.2, `${median}`);
    strictEqual(await store().valueOf(`histogram_fraction(-1, 1000, ${HISTOGRAM})`), 6 / 8);
  });

  it(`${way}: a native histogram is one series, without classic buckets`, { skip }, async () => {
    const names = (await store().query(`{__name__=~"${HISTOGRAM}.*"}`)).map(({ name }) => name);
    strictEqual(names.join(), HISTOGRAM);
  });
}

function fail(way: string): never {
  throw new Error(`nothing is ${way}`);
}
