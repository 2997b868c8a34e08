/** What an endpoint tells of its own scrapes and collections. */
import { MeterProvider } from '@flowmeter/engine';
import { PrometheusReader } from '@flowmeter/prometheus';
import type { MeterProvider as MeterProviderInterface } from '@opentelemetry/api';
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AnsweredScrape } from '../../src/server/scrape-source.ts';
import { asking } from './support/ask.ts';
import { fakeSource, heldSource } from './support/fake-source.ts';

const OPENMETRICS = { headers: { accept: 'application/openmetrics-text' } };

const PROVIDERS = [
  ['the engine', MeterProvider],
  ["sdk-metrics' provider", SdkMeterProvider],
] as const;

for (const [what, Provider] of PROVIDERS) {
  describe(`with ${what}`, () => {
    test('scrapes are counted by format, with their time and the size of their bodies', async () => {
      const { ask, shown } = observed(Provider);
      const [text, openMetrics] = [[await sizeOf(ask('/metrics')), await sizeOf(ask('/metrics'))], [0]];
      openMetrics[0] = await sizeOf(ask('/metrics', OPENMETRICS));
      const lines = await shown();
      assert.equal(lines.get('flowmeter_prometheus_scrape_duration_seconds_count{format="text"}'), 2);
      assert.equal(lines.get('flowmeter_prometheus_scrape_size_bytes_count{format="text"}'), 2);
      assert.equal(lines.get('flowmeter_prometheus_scrape_size_bytes_sum{format="text"}'), sum(text));
      assert.equal(lines.get('flowmeter_prometheus_scrape_size_bytes_sum{format="openmetrics"}'), sum(openMetrics));
      const seconds = lines.get('flowmeter_prometheus_scrape_duration_seconds_sum{format="text"}') ?? Number.NaN;
      assert.ok(seconds > 0 && seconds < 60, `${seconds} s`);
    });

    test('the size is that of the body before it is compressed', async () => {
      const { ask, shown, provider } = observed(Provider);
      for (let series = 0; series < 500; series += 1) provider.getMeter('m').createCounter('c').add(1, { series });
      const size = await sizeOf(ask('/metrics', { headers: { 'accept-encoding': 'gzip' } }));
      const told = (await shown()).get('flowmeter_prometheus_scrape_size_bytes_sum{format="text"}') ?? Number.NaN;
      assert.ok(told > 5 * size, `${told} bytes, ${size} of them sent`);
    });

    test('each collection is recorded once, and nothing beyond one bucket', async () => {
      const { ask, shown } = observed(Provider);
      for (let scrapes = 0; scrapes < 3; scrapes += 1) await sizeOf(ask('/metrics'));
      await sizeOf(ask('/'));
      const lines = await shown();
      const name = 'otel_sdk_metric_reader_collection_duration_seconds';
      const buckets = [...lines.keys()].filter((key) => key.startsWith(`${name}_bucket`));
      assert.deepEqual(buckets, [`${name}_bucket{le="+Inf"}`]);
      // Series of the engine are read when they are written, so that this scrape's is there already.
      assert.equal(lines.get(`${name}_count`), Provider === MeterProvider ? 5 : 4);
    });

    test('a collection in which a callback failed bears the class of what was thrown', async () => {
      const { ask, shown, provider } = observed(Provider);
      provider
        .getMeter('m')
        .createObservableGauge('g')
        .addCallback(() => {
          throw new RangeError('out of it');
        });
      await sizeOf(ask('/metrics'));
      const keys = [...(await shown()).keys()];
      assert.ok(keys.includes('otel_sdk_metric_reader_collection_duration_seconds_count{error_type="RangeError"}'));
    });
  });
}

test('two endpoints of one provider can be told apart', async () => {
  const readers = [new PrometheusReader(), new PrometheusReader()];
  const provider = new MeterProvider({ readers, sdkMetricsEnabled: true });
  assert.ok(provider.getMeter('m').enabled());
  const asks = readers.map((reader) => asking(reader));
  for (const ask of asks) await sizeOf(ask('/metrics'));
  const text = (await (await asks[0]?.('/metrics'))?.text()) ?? '';
  const names = [...text.matchAll(/_scrape_size_bytes_count\{.*otel_component_name="([^"]*)"/g)].map(
    ([, name]) => name,
  );
  assert.deepEqual(names, ['prometheus_http_text_metric_exporter/0', 'prometheus_http_text_metric_exporter/1']);
});

test('without a provider for it, and without sdkMetricsEnabled, an endpoint tells nothing of itself', async () => {
  const reader = new PrometheusReader();
  const provider = new MeterProvider({ readers: [reader] });
  provider.getMeter('m').createCounter('c').add(1);
  const ask = asking(reader);
  await sizeOf(ask('/metrics'));
  assert.doesNotMatch(await (await ask('/metrics')).text(), /otel_sdk|flowmeter/);
});

describe('a scrape that is answered without metrics bears the status', () => {
  test('where a collection fails', async () => {
    const { source, told } = listening(
      fakeSource(() => {
        throw new Error('no');
      }),
    );
    assert.equal((await asking(source)('/metrics')).status, 500);
    assert.deepEqual(told, [{ format: 'text', status: 500, bytes: undefined }]);
  });

  test('where no coding is accepted', async () => {
    const { source, told } = listening(fakeSource('a 1\n'));
    const headers = { 'accept-encoding': 'identity;q=0, br' };
    assert.equal((await asking(source)('/metrics', { headers })).status, 406);
    assert.deepEqual(told, [{ format: 'text', status: 406, bytes: undefined }]);
  });

  test('where it is not ready in time', async () => {
    const held = heldSource();
    const { source, told } = listening(held);
    const headers = { 'x-prometheus-scrape-timeout-seconds': '0.01' };
    assert.equal((await asking(source)('/metrics', { headers })).status, 503);
    held.letGo([]);
    assert.deepEqual(told, [{ format: 'text', status: 503, bytes: undefined }]);
  });
});

test('nothing but a scrape is counted as one', async () => {
  const { source, told } = listening(fakeSource('a 1\n'));
  const ask = asking(source);
  for (const path of ['/', '/health', '/ready', '/nowhere']) await ask(path);
  await ask('/metrics', { method: 'PUT' });
  assert.deepEqual(told, []);
});

test('a source that throws when it is told answers scrapes all the same', async () => {
  const scraped = (): void => assert.fail('told');
  const source = { ...fakeSource('a 1\n'), scraped };
  const response = await asking(source)('/metrics');
  assert.deepEqual([response.status, await response.text()], [200, 'a 1\n']);
});

/** An endpoint that tells of itself, and the numbers that it shows, by lines without the labels of the component. */
function observed(Provider: typeof MeterProvider | typeof SdkMeterProvider): {
  readonly provider: MeterProviderInterface;
  readonly ask: ReturnType<typeof asking>;
  shown(): Promise<ReadonlyMap<string, number>>;
} {
  const reader = new PrometheusReader({ scopeInfoEnabled: false });
  const provider = new Provider({ readers: [reader], sdkMetricsEnabled: true });
  // It asks only readers that have its own base class.
  if (Provider === SdkMeterProvider) reader.setMeterProvider(provider);
  const ask = asking(reader);
  return {
    provider,
    ask,
    async shown() {
      const lines = (await (await ask('/metrics')).text()).split('\n').filter((line) => /^[^#]/.test(line));
      return new Map(
        lines.map((line) => {
          const [, series = '', value] = /^(.*) (\S+)$/.exec(line) ?? [];
          const known = series.replaceAll(/otel_component_(name|type)="[^"]*",?/g, '').replace(/,(?=\})/, '');
          return [known.replace('{}', ''), Number(value)];
        }),
      );
    },
  };
}

/** The source, and what it is told of scrapes, without the time. */
function listening<Source extends object>(source: Source): { source: Source; told: Omit<AnsweredScrape, 'seconds'>[] } {
  const told: Omit<AnsweredScrape, 'seconds'>[] = [];
  const scraped = ({ seconds, ...scrape }: AnsweredScrape): void => {
    assert.ok(seconds >= 0);
    told.push(scrape);
  };
  return { source: { ...source, scraped }, told };
}

async function sizeOf(answer: Promise<Response>): Promise<number> {
  return (await (await answer).arrayBuffer()).byteLength;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
