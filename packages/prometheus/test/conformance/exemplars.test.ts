import { createAllowListAttributesProcessor } from '@opentelemetry/sdk-metrics';
import type { Attributes } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanOf } from '../../../engine/test/support/spans.ts';
import { decodeFamilies } from '../exposition/support/metric-families.ts';
import {
  createEndpoint,
  NOW_MS,
  OPEN_METRICS,
  OPEN_METRICS_UTF8,
  PROTOBUF,
  type Endpoint,
} from './support/endpoint.ts';

const span = spanOf(7);
const ids = { trace_id: span.traceId, span_id: span.spanId };

/** A counter that has recorded in a span; its view keeps no attributes. */
function recorded(attributes: Attributes = {}): Endpoint {
  const views = [{ instrumentName: 'a', attributesProcessors: [createAllowListAttributesProcessor([])] }];
  const endpoint = createEndpoint({ translationStrategy: 'NoTranslation' }, { views });
  endpoint.meter.createCounter('a').add(2, attributes, span.context);
  return endpoint;
}

/** The labels of the exemplar, in OpenMetrics and, which have to be the same, in protobuf. */
async function labelsOf({ families, scrape }: Endpoint): Promise<Readonly<Record<string, string>>> {
  const text = (await families(OPEN_METRICS)).get('a')?.samples[0]?.exemplar?.labels ?? [];
  const [family] = decodeFamilies((await scrape(PROTOBUF)).body);
  const message = family?.metric[0]?.counter?.exemplar?.label ?? [];
  assert.deepEqual(
    message.map(({ name, value }) => [name, value]),
    [...text],
  );
  return Object.fromEntries(text);
}

test('C45: an exemplar has the ids of trace and span, before attributes of the same names', async () => {
  assert.deepEqual(await labelsOf(recorded()), ids);
  assert.deepEqual(await labelsOf(recorded({ trace_id: 'x', 'span.id': 'y' })), ids);
});

test('C46: an exemplar has the time of its measurement', async () => {
  const { families, scrape } = recorded();
  assert.equal((await families(OPEN_METRICS)).get('a')?.samples[0]?.exemplar?.seconds, NOW_MS / 1000);
  const [family] = decodeFamilies((await scrape(PROTOBUF)).body);
  const timestamp = family?.metric[0]?.counter?.exemplar?.timestamp;
  assert.deepEqual(timestamp, { seconds: 1_700_000_000, nanos: 250_000_000 });
});

test('C47: attributes that the view has left out are labels of the exemplar', async () => {
  assert.deepEqual(await labelsOf(recorded({ user: 'u', n: 1 })), { ...ids, n: '1', user: 'u' });
});

test('C47: what would be more than 128 characters is left out', async () => {
  const long = { a: 'x'.repeat(58), b: 'y'.repeat(58), c: 'z' };
  // The ids have 63 characters with their names.
  assert.deepEqual(await labelsOf(recorded(long)), { ...ids, a: long.a, c: 'z' });
});

test('C47: attributes of exemplars are escaped as others are', async () => {
  const { families } = recorded({ 'a.b': 'q"\\\n\0\uD800', é: '😀' });
  for (const [accept, name] of [
    [OPEN_METRICS, 'a_b'],
    [OPEN_METRICS_UTF8, 'a.b'],
  ] as const) {
    const labels = (await families(accept)).get('a')?.samples[0]?.exemplar?.labels;
    assert.equal(labels?.get(name), 'q"\\\n\uFFFD\uFFFD');
  }
});
