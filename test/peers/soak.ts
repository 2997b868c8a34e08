/**
 * `npm run soak -- --minutes 30`: prints what the services' memory and event loops come to while all faults come again and
 * again, as a table; fails where a total is wrong, or memory grows.
 */
import { parseArgs } from 'node:util';
import { alignedTable } from '../../bench/aligned-table.ts';
import { grown, soak, type SoakReport } from './support/soak.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new TypeError(`--minutes is a number above 0, not ${values.minutes}`);
/** The first is for what is made once. */
const LEAST_ROUNDS = 2;

const report = await soak({ rounds: LEAST_ROUNDS, minutes }, progress);
const { seconds, services } = report;
console.log(
  alignedTable([
    [
      'service',
      'measurements',
      'heap, first and last',
      'RSS, first and last',
      'descriptors',
      'event-loop delay: median, 99 %, most',
    ],
    ...services.map(({ name, figures, recorded }) => {
      const [first, last] = [figures[0], figures.at(-1)];
      if (first === undefined || last === undefined) return [name];
      const delays = (['median', 'p99', 'max'] as const).map((which) =>
        Math.max(...figures.map(({ delayMs }) => delayMs[which])).toFixed(1),
      );
      return [
        name,
        `${(recorded / 1e6).toFixed(1)} million`,
        `${megabytes(first.heapBytes)}, ${megabytes(last.heapBytes)} MB`,
        `${megabytes(first.rssBytes)}, ${megabytes(last.rssBytes)} MB`,
        `${first.descriptors}, ${last.descriptors}`,
        `${delays.join(', ')} ms`,
      ];
    }),
  ]),
);
console.log(`all totals are right after ${(seconds / 60).toFixed(1)} minutes`);
for (const what of grown(report)) {
  console.error(`grown: ${what}`);
  process.exitCode = 1;
}

function progress({ seconds: passed, services: soaked }: SoakReport): void {
  const memory = soaked.map(({ name, figures }) => {
    const { heapBytes = NaN, rssBytes = NaN } = figures.at(-1) ?? {};
    return `${name} ${megabytes(heapBytes)} of ${megabytes(rssBytes)}`;
  });
  console.error(`after ${passed.toFixed(0)} s, MB of heap and RSS: ${memory.join(', ')}`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
