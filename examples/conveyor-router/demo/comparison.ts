/** Lays what was scraped beside what was pushed, series by series. */
import type { Series } from '@flowmeter-examples/otlp-receiver';
import type { ContractMetric } from './conveyor-contract.ts';
import type { Sample, Scrape } from './prometheus-text.ts';

/** One number of one series on both ways; undefined where it is missing. */
export interface Row {
  readonly metric: ContractMetric;
  readonly labels: string;
  /** What of a histogram the number is. */
  readonly part: '' | 'count' | 'sum' | 'bucket';
  /** The upper boundary of a bucket. */
  readonly boundary: number;
  readonly scraped: number | undefined;
  readonly pushed: number | undefined;
}

/** All numbers of the contract's metrics, and what is wrong with their types. */
export interface Comparison {
  readonly rows: readonly Row[];
  readonly problems: readonly string[];
}

/** Whether both ways have told the same; exactly, for both carry doubles whole. */
export function isEqual({ scraped, pushed }: Row): boolean {
  return scraped !== undefined && scraped === pushed;
}

/** Compares a scrape with a push, metric by metric of the contract. */
export function compare(contract: readonly ContractMetric[], scrape: Scrape, pushed: readonly Series[]): Comparison {
  const rows: Row[] = [];
  const problems: string[] = [];
  for (const metric of contract) {
    const series = pushed.filter(({ name }) => name === metric.name.replace(/_total$/, ''));
    problems.push(...typeProblems(metric, scrape, series));
    const ofScrape = scrapedNumbers(metric, scrape.samples);
    const ofPush = new Map(series.flatMap(pushedNumbers));
    for (const key of new Set([...ofScrape.keys(), ...ofPush.keys()])) {
      const { labels, part, boundary } = JSON.parse(key) as Pick<Row, 'labels' | 'part' | 'boundary'>;
      // JSON has no infinity.
      const upTo = boundary ?? Infinity;
      rows.push({ metric, labels, part, boundary: upTo, scraped: ofScrape.get(key), pushed: ofPush.get(key) });
    }
  }
  return { rows, problems };
}

function typeProblems({ name, type }: ContractMetric, { types }: Scrape, series: readonly Series[]): string[] {
  const problems: string[] = [];
  const scrapedType = types.get(name);
  if (scrapedType !== type) problems.push(`${name} was scraped as ${scrapedType ?? 'nothing'}, not as a ${type}`);
  if (series.length === 0) problems.push(`${name} was not pushed`);
  for (const one of series) {
    const fits =
      type === 'counter'
        ? one.kind === 'sum' && one.monotonic && one.temporality === 'cumulative'
        : one.kind === type && (one.kind !== 'histogram' || one.temporality === 'cumulative');
    if (!fits) problems.push(`${name} was pushed as a ${one.kind}, not as a cumulative ${type}`);
  }
  return problems;
}

function scrapedNumbers({ name }: ContractMetric, samples: readonly Sample[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { name: sampleName, labels, value } of samples) {
    if (!sampleName.startsWith(name)) continue;
    const { le, ...others } = labels;
    const suffix = sampleName.slice(name.length);
    if (suffix === '') numbers.set(keyOf(others, ''), value);
    else if (suffix === '_count') numbers.set(keyOf(others, 'count'), value);
    else if (suffix === '_sum') numbers.set(keyOf(others, 'sum'), value);
    else if (suffix === '_bucket') numbers.set(keyOf(others, 'bucket', Number(le?.replace('Inf', 'Infinity'))), value);
  }
  return numbers;
}

function pushedNumbers(series: Series): [string, number][] {
  const { attributes } = series;
  if (series.kind === 'sum' || series.kind === 'gauge') return [[keyOf(attributes, ''), series.value]];
  const numbers: [string, number][] = [[keyOf(attributes, 'count'), series.count]];
  if (series.sum !== undefined) numbers.push([keyOf(attributes, 'sum'), series.sum]);
  if (series.kind !== 'histogram') return numbers;
  let upToHere = 0;
  series.bucketCounts.forEach((count, index) => {
    // OTLP counts each bucket for itself, Prometheus everything up to its boundary.
    upToHere += count;
    numbers.push([keyOf(attributes, 'bucket', series.boundaries[index] ?? Infinity), upToHere]);
  });
  return numbers;
}

function keyOf(labels: Readonly<Record<string, string>>, part: Row['part'], boundary?: number): string {
  const text = Object.entries(labels)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return JSON.stringify({ labels: text, part, boundary });
}
