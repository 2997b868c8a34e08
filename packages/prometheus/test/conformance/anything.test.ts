import { TRANSLATION_STRATEGIES, type PrometheusReader, type PrometheusReaderOptions } from '@flowmeter/prometheus';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFamilies } from '../exposition/support/metric-families.ts';
import { fc } from '../support/properties.ts';
import { anyName, anyRecording, apiName, distinctName, type Recording } from './support/any-recording.ts';
import { OPEN_METRICS, parseBody, PROTOBUF, scraped } from './support/endpoint.ts';
import { missing } from './support/installed.ts';
import { PrometheusProcess } from './support/prometheus-process.ts';
import { refusalOf } from './support/promtool.ts';
import { PROVIDERS, record, type Provider } from './support/record.ts';
import { serveBodies, type StoredBody } from './support/stored-bodies.ts';
import { totalsOf, totalsRecorded } from './support/totals.ts';

const TEXT = 'text/plain; version=0.0.4';
const ESCAPINGS = ['underscores', 'dots', 'values', 'allow-utf-8'];
const TEXTS = [TEXT, OPEN_METRICS].flatMap((type) => ESCAPINGS.map((escaping) => `${type}; escaping=${escaping}`));

const anyOptions: fc.Arbitrary<PrometheusReaderOptions> = fc.record({
  translationStrategy: fc.constantFrom(...TRANSLATION_STRATEGIES),
  scopeInfoEnabled: fc.boolean(),
  targetInfoEnabled: fc.boolean(),
  createdSeriesEnabled: fc.boolean(),
  resourceConstantLabels: fc.constantFrom({}, { included: [] }, { included: ['a*'], excluded: ['*b'] }),
});

interface Case {
  readonly recording: Recording;
  readonly options: PrometheusReaderOptions;
  readonly provider: Provider;
}

/** An SDK's API takes fewer names than there are. */
const anyCase: fc.Arbitrary<Case> = fc.constantFrom(...PROVIDERS).chain((provider) =>
  fc.record({
    recording: anyRecording(provider === 'another SDK' ? anyName : apiName, provider === 'another SDK'),
    options: anyOptions,
    provider: fc.constant(provider),
  }),
);

function readerOf({ recording, options, provider }: Case): PrometheusReader {
  return record(recording, options, provider);
}

test('E5: whatever is recorded, the strict parsers read every text body, in all escapings', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (candidate) => {
      const { scrape } = scraped(readerOf(candidate));
      for (const accept of TEXTS) {
        const { contentType, body } = await scrape(accept);
        assert.doesNotThrow(() => parseBody(contentType, body), accept);
      }
    }),
    { numRuns: 150 },
  );
});

test('whatever is recorded, JSON is JSON and protobuf has families of different names and series', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (candidate) => {
      const { scrape } = scraped(readerOf(candidate));
      const series = JSON.parse((await scrape('application/json')).text) as readonly unknown[];
      assert.ok(Array.isArray(series));
      for (const escaping of ESCAPINGS) {
        const families = decodeFamilies((await scrape(`${PROTOBUF}; escaping=${escaping}`)).body);
        assert.equal(new Set(families.map(({ name }) => name)).size, families.length);
        for (const { metric } of families) {
          const labels = metric.map(({ label = [] }) =>
            JSON.stringify(label.filter(({ value }) => value !== '').toSorted((a, b) => (a.name < b.name ? -1 : 1))),
          );
          assert.equal(new Set(labels).size, labels.length);
        }
      }
    }),
    { numRuns: 100 },
  );
});

for (const provider of PROVIDERS) {
  test(`what ${provider} records is what comes out: series that come to the same labels are added up`, async () => {
    const names = provider === 'another SDK' ? distinctName : apiName;
    await fc.assert(
      fc.asyncProperty(anyRecording(names, provider === 'another SDK'), anyOptions, async (recording, options) => {
        const { scrape } = scraped(record(recording, options, provider));
        const expected = totalsRecorded(recording);
        for (const accept of TEXTS) {
          const { contentType, body } = await scrape(accept);
          assert.deepEqual(totalsOf(parseBody(contentType, body)), expected, accept);
        }
      }),
      { numRuns: 80 },
    );
  });
}

test('promtool reads every text body, whatever is recorded', { skip: missing('promtool') }, async () => {
  for (const batch of batches(fc.sample(anyCase, { seed: 42, numRuns: 60 }), 4)) {
    const refusals = batch.map(async (candidate) => {
      const { scrape } = scraped(readerOf(candidate));
      for (const escaping of ['underscores', 'values']) {
        const { body, text } = await scrape(`${TEXT}; escaping=${escaping}`);
        assert.equal(await refusalOf(body), undefined, text);
      }
    });
    await Promise.all(refusals);
  }
});

test('Prometheus takes every body in every format, whatever is recorded', { skip: missing('prometheus') }, async () => {
  const bodies: StoredBody[] = [];
  for (const candidate of fc.sample(anyCase, { seed: 7, numRuns: 60 })) {
    const { scrape } = scraped(readerOf(candidate));
    for (const type of [TEXT, OPEN_METRICS, PROTOBUF]) bodies.push(await scrape(`${type}; escaping=underscores`));
  }
  await using served = await serveBodies(bodies);
  const job = { name: 'any', address: served.address, paths: served.paths };
  await using prometheus = await PrometheusProcess.start([job], 2000, ['native-histograms', 'exemplar-storage']);
  const targets = await prometheus.targets();
  const refused = targets.filter(({ health }) => health !== 'up');
  assert.deepEqual(
    refused.map(({ labels, lastError }) => [lastError, textOf(bodies[Number(labels['path']?.slice(1))])]),
    [],
  );
  const stored = await prometheus.query('count by (path) ({path=~".+",__name__!~"up|scrape_.*"})');
  const scrapedCounts = await prometheus.query('scrape_samples_scraped > 0', ({ length }) => length >= stored.length);
  const countOf = new Map(stored.map(({ metric, value }) => [metric['path'], value?.[1]]));
  for (const { metric, value } of scrapedCounts) {
    assert.equal(countOf.get(metric['path']), value?.[1], textOf(bodies[Number(metric['path']?.slice(1))]));
  }
});

function textOf(stored: StoredBody | undefined): string {
  return `${stored?.contentType}\n${Buffer.from(stored?.body ?? []).toString()}`;
}

function batches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, batch) =>
    items.slice(batch * size, (batch + 1) * size),
  );
}
