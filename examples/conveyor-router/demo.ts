/**
 * Shows that one `--require flowmeter/register` gives the same metrics to a scrape and to a push.
 *
 * It runs the router on two real data sets, stops it part of the way on purpose, runs it again to the end, and then lays
 * what the Prometheus endpoint says beside what an OTLP receiver was sent. Exit status 0 means that both agree on all of
 * Conveyor's twelve metrics and that no record was lost or delivered twice. `--keep` leaves the router up at the end.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOtlpReceiver, type OtlpReceiver, type Series } from '@flowmeter-examples/otlp-receiver';
import { peakUtilization, settleAccounts } from './demo/accounts.ts';
import { audit, type Delivered } from './demo/audit.ts';
import { compare, isEqual } from './demo/comparison.ts';
import { conveyorContract } from './demo/conveyor-contract.ts';
import { expectDeliveries, type Expected } from './demo/expected-deliveries.ts';
import { ProgressLine } from './demo/progress-line.ts';
import { parsePrometheusText } from './demo/prometheus-text.ts';
import { startRouterProcess, type RouterProcess } from './demo/router-process.ts';
import { toLines, toText } from './demo/table.ts';
import { startFaultInjectingService } from './src/fault-injecting-service.ts';
import type { Report } from './src/report.ts';

const EXPORT_INTERVAL_MS = 1000;
const PUSH_LIMIT_MS = 10_000;
const STOP_AFTER_BIRD_STRIKES = 4000;
const FAULTS = { latencyMs: 10, unavailableEvery: 7, cutEvery: 31 };

const interrupted = new AbortController();
const interrupt = (): void => interrupted.abort();
process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
// Whoever reads the output may go away, `head` for one.
process.stdout.on('error', interrupt);

try {
  process.exitCode = (await demonstrate(interrupted.signal)) ? 0 : 1;
} catch (error) {
  if (!interrupted.signal.aborted) console.error(error);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}

async function demonstrate(signal: AbortSignal): Promise<boolean> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
  aborted.catch(() => {});
  await using cleanup = new AsyncDisposableStack();
  const receiver = cleanup.use(await startOtlpReceiver());
  const safetyDesk = cleanup.use(await startFaultInjectingService(FAULTS));
  const stateDirectory = await mkdtemp(join(tmpdir(), 'conveyor-router-'));
  cleanup.defer(() => rm(stateDirectory, { recursive: true, force: true }));
  const expected = await expectDeliveries();
  introduce(expected);

  async function startRun(progress: ProgressLine, name: string): Promise<RouterProcess> {
    const run = await startRouterProcess({
      stateDirectory,
      sinkUrl: safetyDesk.url,
      otlpEndpoint: receiver.url,
      exportIntervalMs: EXPORT_INTERVAL_MS,
      signal,
      onReport: (report) => progress.show(`${name}: ${describe(report)}`),
    });
    return cleanup.use(run);
  }

  const firstProgress = new ProgressLine();
  const first = await startRun(firstProgress, 'run 1');
  await first.report(({ status }) => (status.sources['birdstrikes']?.accepted ?? 0) >= STOP_AFTER_BIRD_STRIKES);
  const stopped = await first.stop();
  firstProgress.end(`run 1: ${describe(stopped)}; stopped on purpose`);
  // A process pushes once more when it ends.
  const firstPush = receiver.metrics();

  const secondProgress = new ProgressLine();
  const second = await startRun(secondProgress, 'run 2');
  const drained = await second.report(({ kind }) => kind === 'drained');
  secondProgress.end(`run 2: ${describe(drained)}; drained`);

  const response = await fetch(second.metricsUrl, { signal });
  const scrape = parsePrometheusText(await response.text());
  const scrapedAt = BigInt(Date.now()) * 1_000_000n;
  const isLater = ({ timeUnixNano }: Series): boolean => timeUnixNano > scrapedAt;
  const laterPush = receiver.waitFor(({ series }) => series.length > 0 && series.every(isLater), PUSH_LIMIT_MS);
  const { series: secondPush } = await Promise.race([laterPush, aborted]);

  const comparison = compare(conveyorContract, scrape, secondPush);
  console.log(`\n${toLines(comparison).join('\n')}\n`);

  const archive = await readDelivered(join(stateDirectory, 'archive.ndjson'));
  const sinks = new Map([
    ['archive', archive],
    ['safety-desk', safetyDesk.received],
  ]);
  const { unavailable, cut, records: refused } = safetyDesk.injected;
  const accounts = settleAccounts({ runs: [firstPush, secondPush], expected, audit: audit(expected, sinks), refused });
  console.log(`both runs${' '.repeat(24)}run 1 + run 2\n  ${accounts.lines.join('\n  ')}`);
  console.log(`  faults injected: ${unavailable} times 503, ${cut} connections cut`);
  console.log(`fullest a push has seen each stage\n${peakLines(receiver).join('\n')}`);

  console.log(`\nwhat run 2 says of itself\n${(await healthLines(second.metricsUrl, signal)).join('\n')}`);
  console.log(`and on stderr, where its log is\n${second.log.map((line) => `  ${line}`).join('\n')}`);

  const problems = [...comparison.problems, ...accounts.problems];
  for (const row of comparison.rows) {
    if (!isEqual(row)) problems.push(`${row.metric.name} ${row.labels} ${row.part} differs`);
  }
  console.log(
    problems.length === 0
      ? `\nThe scrape and the push agree on all ${comparison.rows.length} numbers of ${conveyorContract.length} metrics.`
      : `\nNot as it should be:\n  ${problems.join('\n  ')}`,
  );
  if (process.argv.includes('--keep')) {
    console.log(`\nThe router is still up, until Ctrl-C:\n  curl ${second.metricsUrl}`);
    await aborted.catch(() => {});
  } else {
    await second.stop();
    console.log('\nTo look around yourself, leave the router up: npm run demo -- --keep');
  }
  return problems.length === 0;
}

function introduce(expected: readonly Expected[]): void {
  const size = expected.reduce((total, source) => total + source.size, 0);
  const sizes = expected.map((source) => `${source.sourceId} ${toText(source.size)}`).join(', ');
  const { latencyMs, unavailableEvery, cutEvery } = FAULTS;
  console.log(`A Conveyor router carries ${toText(size)} records of vega-datasets (${sizes}), measured by`);
  console.log('--require flowmeter/register. Faults injected on purpose: the safety desk, its HTTP sink, takes');
  console.log(
    `${latencyMs} ms a request, answers request ${unavailableEvery}, ${2 * unavailableEvery}, … with 503 and cuts`,
  );
  console.log(`the connection of request ${cutEvery}, ${2 * cutEvery}, …; run 1 is stopped part of the way.\n`);
}

function peakLines({ requests }: OtlpReceiver): string[] {
  const peaks = [...peakUtilization(requests.map(({ series }) => series))];
  return peaks.map(([stage, peak]) => `  ${stage.padEnd(32)} ${(peak * 100).toFixed(0)} %`);
}

async function healthLines(metricsUrl: string, signal: AbortSignal): Promise<string[]> {
  const paths = ['/health', '/ready'];
  return Promise.all(
    paths.map(async (path) => {
      const response = await fetch(new URL(path, metricsUrl), { signal });
      return `  ${path.padEnd(8)} ${response.status} ${(await response.text()).trimEnd()}`;
    }),
  );
}

async function readDelivered(path: string): Promise<Delivered[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Delivered);
}

function describe({ status: { term, sources, delivered, retried } }: Report): string {
  if (Object.keys(sources).length === 0) return 'starting';
  const from = Object.entries(sources).map(([source, { resumedFrom }]) => `${source} ${toText(resumedFrom)}`);
  const accepted = sumOf(Object.values(sources).map((source) => source.accepted));
  const done = `took in ${toText(accepted)}, delivered ${toText(sumOf(Object.values(delivered)))}`;
  return `term ${term}, from ${from.join(', ')}: ${done}, retried ${toText(retried)}`;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
