/** `?name[]=`: whatever name a body shows, it can be asked for by. */
import { createHandler, TRANSLATION_STRATEGIES, type PrometheusReader } from '@flowmeter/prometheus';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyName, anyRecording, apiName } from '../conformance/support/any-recording.ts';
import { createEndpoint, OPEN_METRICS, parseBody, PROTOBUF } from '../conformance/support/endpoint.ts';
import { PROVIDERS, record } from '../conformance/support/record.ts';
import { decodeFamilies } from '../exposition/support/metric-families.ts';
import { fc } from '../support/properties.ts';

const TYPES = ['text/plain; version=0.0.4', OPEN_METRICS, PROTOBUF, 'application/json'];
const ESCAPINGS = ['underscores', 'dots', 'values', 'allow-utf-8'];

interface JsonSeries {
  readonly name: string;
  readonly type: string;
}

/** The names of the samples in a body; in protobuf, what they are as text. */
async function namesIn(reader: PrometheusReader, accept: string, ...asked: string[]): Promise<ReadonlySet<string>> {
  const query = new URLSearchParams(asked.map((name): [string, string] => ['name[]', name]));
  const request = new Request(`http://localhost/metrics?${query.toString()}`, { headers: { accept } });
  const response = await createHandler(reader)(request);
  assert.equal(response.status, 200);
  const contentType = response.headers.get('content-type') ?? '';
  const body = new Uint8Array(await response.arrayBuffer());
  if (contentType.startsWith('application/json')) {
    const series = JSON.parse(Buffer.from(body).toString()) as readonly JsonSeries[];
    return new Set(series.map(({ name }) => name));
  }
  if (!contentType.startsWith('application/vnd.google.protobuf')) {
    return new Set(parseBody(contentType, body).flatMap(({ samples }) => samples.map(({ name }) => name)));
  }
  return new Set(
    decodeFamilies(body).flatMap(({ name, type }) =>
      type === 'HISTOGRAM' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

for (const type of TYPES) {
  test(`every name of a sample in a body of ${type} gives a body with it`, async () => {
    const anyCase = fc.constantFrom(...PROVIDERS).chain((provider) =>
      fc.record({
        recording: anyRecording(provider === 'another SDK' ? anyName : apiName, provider === 'another SDK'),
        translationStrategy: fc.constantFrom(...TRANSLATION_STRATEGIES),
        provider: fc.constant(provider),
        escaping: fc.constantFrom(...ESCAPINGS),
      }),
    );
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ recording, translationStrategy, provider, escaping }) => {
        const reader = record(recording, { translationStrategy }, provider);
        const accept = `${type}; escaping=${escaping}`;
        for (const name of await namesIn(reader, accept))
          assert.ok((await namesIn(reader, accept, name)).has(name), name);
      }),
      { numRuns: 60 },
    );
  });
}

for (const translationStrategy of TRANSLATION_STRATEGIES) {
  test(`with ${translationStrategy} a counter in JSON may be asked for with _total and without`, async () => {
    const { meter, reader } = createEndpoint({ translationStrategy });
    meter.createCounter('a').add(1);
    meter.createCounter('b_total').add(1);
    meter.createGauge('c').record(1);
    const [a, b] = ['a', translationStrategy.endsWith('WithSuffixes') ? 'b' : 'b_total'];
    for (const [asked, expected] of [
      ['a', [a]],
      ['a_total', [a]],
      ['b', [b]],
      ['b_total', [b]],
      ['c', ['c']],
      ['c_total', []],
    ] as const) {
      assert.deepEqual([...(await namesIn(reader, 'application/json', asked))], expected);
    }
  });
}
