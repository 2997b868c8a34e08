import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Series } from '@flowmeter-examples/otlp-receiver';
import { audit } from '../demo/audit.ts';
import { compare, isEqual } from '../demo/comparison.ts';
import type { ContractMetric } from '../demo/conveyor-contract.ts';
import { parsePrometheusText } from '../demo/prometheus-text.ts';
import { toLines } from '../demo/table.ts';

const contract: ContractMetric[] = [
  { name: 'jobs_total', type: 'counter' },
  { name: 'wait_ms', type: 'histogram' },
];

const scrape = parsePrometheusText(
  [
    '# HELP jobs_total Jobs.',
    '# TYPE jobs_total counter',
    'jobs_total{b="x \\"y\\"\\n",a="1"} 3',
    '# TYPE wait_ms histogram',
    'wait_ms_bucket{queue="q",le="1"} 2',
    'wait_ms_bucket{queue="q",le="+Inf"} 5',
    'wait_ms_sum{queue="q"} 10.5',
    'wait_ms_count{queue="q"} 5',
    '',
  ].join('\n'),
);

const identity = { unit: '', description: '', scope: '', startTimeUnixNano: 0n, timeUnixNano: 0n };
const jobs: Series = {
  ...identity,
  kind: 'sum',
  name: 'jobs',
  attributes: { a: '1', b: 'x "y"\n' },
  monotonic: true,
  temporality: 'cumulative',
  value: 3,
};
const wait: Series = {
  ...identity,
  kind: 'histogram',
  name: 'wait_ms',
  attributes: { queue: 'q' },
  temporality: 'cumulative',
  count: 5,
  sum: 10.5,
  min: 0,
  max: 9,
  boundaries: [1],
  bucketCounts: [2, 3],
};

describe('the comparison of a scrape and a push', () => {
  it('finds them equal when they are', () => {
    const comparison = compare(contract, scrape, [wait, jobs]);
    deepStrictEqual(comparison.problems, []);
    strictEqual(comparison.rows.length, 5);
    ok(comparison.rows.every(isEqual));
    ok(!toLines(comparison).some((line) => line.includes('DIFFERS')));
  });

  const changes: [string, Series[], number][] = [
    ['a counter', [{ ...jobs, value: 4 }, wait], 1],
    ['a label', [{ ...jobs, attributes: { a: '1', b: 'z' } }, wait], 2],
    ['a bucket', [jobs, { ...wait, bucketCounts: [1, 4] }], 1],
    ['a boundary', [jobs, { ...wait, boundaries: [2] }], 2],
    ['a sum', [jobs, { ...wait, sum: 10.500000001 }], 1],
    ['a series that was not pushed', [wait], 1],
  ];
  for (const [what, pushed, count] of changes) {
    it(`shows the difference of ${what}`, () => {
      const comparison = compare(contract, scrape, pushed);
      strictEqual(comparison.rows.filter((row) => !isEqual(row)).length, count);
      ok(toLines(comparison).some((line) => line.endsWith('DIFFERS')));
    });
  }

  it('names a metric of another type, and one that is missing', () => {
    const gauge: Series = { ...identity, kind: 'gauge', name: 'jobs', attributes: jobs.attributes, value: 3 };
    deepStrictEqual(compare(contract, scrape, [gauge]).problems, [
      'jobs_total was pushed as a gauge, not as a cumulative counter',
      'wait_ms was not pushed',
    ]);
    deepStrictEqual(compare([{ name: 'jobs_total', type: 'gauge' }], scrape, [gauge]).problems, [
      'jobs_total was scraped as counter, not as a gauge',
    ]);
  });
});

describe('the reader of Prometheus text', () => {
  it('reads values that are no decimal numbers', () => {
    const { samples } = parsePrometheusText('a +Inf\nb -Inf\nc NaN\nd 1e3 1700000000000\n');
    deepStrictEqual(
      samples.map(({ value }) => value),
      [Infinity, -Infinity, NaN, 1000],
    );
  });

  it('rejects a line that is none', () => {
    throws(() => parsePrometheusText('a{b="c"\n'), /not a line of Prometheus text/);
  });
});

describe('the audit of the sinks', () => {
  const expected = [{ sourceId: 's', size: 4, sinkOf: new Map([[0, 'a'], [1, 'b'], [3, 'a']]) }]; // prettier-ignore
  const record = (offset: number) => ({ sourceId: 's', offset });

  it('finds nothing wrong with sinks that hold what they should', () => {
    const sinks = new Map([
      ['a', [record(3), record(0)]],
      ['b', [record(1)]],
    ]);
    deepStrictEqual(audit(expected, sinks), { delivered: 3, lost: 0, twice: 0, misplaced: 0 });
  });

  it('finds what is lost, what is there twice, and what is in the wrong place', () => {
    const sinks = new Map([['a', [record(0), record(0), record(1), record(2)]]]);
    deepStrictEqual(audit(expected, sinks), { delivered: 4, lost: 2, twice: 1, misplaced: 2 });
  });
});
