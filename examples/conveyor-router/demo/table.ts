/** The comparison as text: a heading a metric, a line a series, the buckets of a histogram in one line. */
import { isEqual, type Comparison, type Row } from './comparison.ts';

const LABELS_WIDTH = 58;
const VALUE_WIDTH = 15;

/** Lays a comparison out in lines of at most about a hundred columns. */
export function toLines({ rows }: Comparison): string[] {
  const lines = [line('', 'scraped', 'by OTLP', '')];
  for (const [metric, ofMetric] of Map.groupBy(rows, (row) => row.metric)) {
    lines.push(`${metric.name}  (${metric.type})`);
    for (const ofSeries of Map.groupBy(ofMetric, (row) => row.labels).values()) lines.push(...seriesLines(ofSeries));
  }
  return lines;
}

/** A number for people: thousands apart, and no more digits than can be read. */
export function toText(value: number | undefined): string {
  return value === undefined ? 'missing' : value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

function seriesLines(rows: readonly Row[]): string[] {
  const lines = rows
    .filter(({ part }) => part !== 'bucket')
    .map((row) => line(`${labelsOf(row)} ${row.part}`, toText(row.scraped), toText(row.pushed), verdict(isEqual(row))));
  const buckets = rows.filter(({ part }) => part === 'bucket');
  const [first] = buckets;
  if (!first) return lines;
  const differing = buckets.filter((row) => !isEqual(row));
  const count = `${buckets.length} buckets`;
  lines.push(line(`${labelsOf(first)} buckets`, count, count, verdict(differing.length === 0)));
  for (const { boundary, scraped, pushed } of differing) {
    lines.push(line(`    up to ${boundary}`, toText(scraped), toText(pushed), verdict(false)));
  }
  lines.push(`    ${distribution(buckets)}`);
  return lines;
}

/** How many measurements lie in each bucket that has any. */
function distribution(buckets: readonly Row[]): string {
  const counts = buckets.map(({ boundary, scraped = 0 }, index) => {
    const count = scraped - (buckets[index - 1]?.scraped ?? 0);
    return { count, text: `${boundary === Infinity ? 'more' : `≤${boundary}`}: ${toText(count)}` };
  });
  return counts
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join('  ');
}

function line(labels: string, scraped: string, pushed: string, ending: string): string {
  const start = `  ${labels}`.padEnd(LABELS_WIDTH);
  return `${start} ${scraped.padStart(VALUE_WIDTH)} ${pushed.padStart(VALUE_WIDTH)}  ${ending}`.trimEnd();
}

function labelsOf({ labels }: Row): string {
  return labels || '(no labels)';
}

function verdict(equal: boolean): string {
  return equal ? 'equal' : 'DIFFERS';
}
