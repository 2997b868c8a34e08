/** Attributes of the resource that are known later than the first scrape. */
import { emptyResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startApp } from '../../../../test/support/child-app.ts';
import { captureReports, stopReports } from '../../../instruments/test/support/reports.ts';
import { negotiate } from '../../src/negotiation/accept.ts';
import { createEndpoint, type Endpoint } from '../conformance/support/endpoint.ts';
import { serving } from '../server/support/serving.ts';

let reports: readonly string[] = [];

beforeEach(() => {
  reports = captureReports();
});

afterEach(stopReports);

const never = new Promise<string>(() => {});

/** A gauge, and the resource's attributes as its labels. */
function endpointOf(resource: Resource): Endpoint {
  const endpoint = createEndpoint({ resourceConstantLabels: {} }, { resource });
  endpoint.meter.createGauge('g').record(1);
  return endpoint;
}

/** The samples of a scrape that waits for some milliseconds, while a server holds the process. */
async function hasty({ reader }: Endpoint): Promise<string[]> {
  await using _ = await serving(reader);
  const body = await reader.render({ rendition: negotiate(undefined), names: undefined, timeoutMs: 15 });
  return samplesIn(Buffer.concat(body).toString());
}

function samplesIn(text: string): string[] {
  return text.split('\n').filter((line) => /^[^#]/.test(line));
}

test('attributes that never come are not waited for longer than for callbacks; those that have come are served', async () => {
  const endpoint = endpointOf(resourceFromAttributes({ a: '1', b: never, c: Promise.resolve('3') }));
  assert.deepEqual(await hasty(endpoint), ['target_info{a="1",c="3"} 1', 'g{a="1",c="3"} 1']);
});

test('attributes that never come are one warning that names them', async () => {
  const endpoint = endpointOf(resourceFromAttributes({ b: never, c: Promise.resolve('3'), d: never }));
  await hasty(endpoint);
  await hasty(endpoint);
  assert.deepEqual(reports, [
    "flowmeter: Prometheus endpoint: the resource's b, d are still not known; until they are known, constant labels and target_info are without them",
  ]);
});

test('attributes that come late are in all labels from the first scrape after', async () => {
  const late = Promise.withResolvers<string>();
  const endpoint = endpointOf(resourceFromAttributes({ a: '1', late: late.promise }));
  assert.deepEqual(await hasty(endpoint), ['target_info{a="1"} 1', 'g{a="1"} 1']);
  late.resolve('2');
  assert.deepEqual(samplesIn((await endpoint.scrape()).text), ['target_info{a="1",late="2"} 1', 'g{a="1",late="2"} 1']);
  assert.deepEqual(samplesIn((await endpoint.scrape()).text), ['target_info{a="1",late="2"} 1', 'g{a="1",late="2"} 1']);
});

test('attributes that never come are waited for once for the whole time, and then no scrape waits', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const endpoint = endpointOf(resourceFromAttributes({ a: '1', b: never }));
  let text: string | undefined;
  const first = endpoint.scrape().then((scrape) => (text = scrape.text));
  for (let turn = 0; turn < 100; turn += 1) await setImmediate();
  assert.equal(text, undefined);
  context.mock.timers.tick(5000);
  assert.deepEqual(samplesIn(await first), ['target_info{a="1"} 1', 'g{a="1"} 1']);
  assert.equal((await endpoint.scrape()).text, text);
});

for (const [how, fail] of [
  ['is refused', () => Promise.reject(new Error('no network'))],
  [
    'throws',
    () => {
      throw new Error('no network');
    },
  ],
] as const) {
  test(`a wait that ${how} costs what is missing, and no scrape`, async () => {
    const resource = resourceFromAttributes({ a: '1', b: never });
    resource.waitForAsyncAttributes = fail;
    const endpoint = endpointOf(resource);
    for (let scrapes = 0; scrapes < 2; scrapes += 1) {
      assert.deepEqual(samplesIn((await endpoint.scrape()).text), ['target_info{a="1"} 1', 'g{a="1"} 1']);
    }
    assert.deepEqual(reports, [
      "flowmeter: Prometheus endpoint: the resource's b could not be waited for (no network); until they are known, constant labels and target_info are without them",
    ]);
  });
}

test('after a wait that was refused, the next scrape waits anew', async () => {
  const late = Promise.withResolvers<string>();
  const resource = resourceFromAttributes({ late: late.promise });
  const wait = resource.waitForAsyncAttributes?.bind(resource);
  resource.waitForAsyncAttributes = () => Promise.reject(new Error('no network'));
  const endpoint = endpointOf(resource);
  assert.deepEqual(samplesIn((await endpoint.scrape()).text), ['g 1']);
  Object.assign(resource, { waitForAsyncAttributes: wait });
  late.resolve('2');
  assert.deepEqual(samplesIn((await endpoint.scrape()).text), ['target_info{late="2"} 1', 'g{late="2"} 1']);
});

test('a resource of another SDK that does not say what is missing is served with what it has', async () => {
  const resource = {
    attributes: { a: '1' },
    asyncAttributesPending: true,
    waitForAsyncAttributes: () => Promise.reject(new Error('no network')),
    merge: () => emptyResource(),
  } as unknown as Resource;
  assert.deepEqual(samplesIn((await endpointOf(resource).scrape()).text), ['target_info{a="1"} 1', 'g{a="1"} 1']);
  assert.match(reports.join(), /endpoint: attributes of the resource could not be waited for \(no network\); until/);
});

test('the page with the instruments does not wait for attributes of the resource', async () => {
  const endpoint = endpointOf(resourceFromAttributes({ b: never }));
  assert.equal((await endpoint.reader.overview()).length, 1);
});

test('waiting does not hold the process', async () => {
  const fixture = fileURLToPath(new URL('fixtures/waiting-scrape.ts', import.meta.url));
  await using app = startApp(['--conditions=@flowmeter/source', fixture]);
  assert.equal(await app.line(/^ended/), 'ended while waiting');
});
