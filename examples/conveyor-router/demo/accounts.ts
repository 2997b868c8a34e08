/** Whether the metrics of both runs tell what really happened, by what the data sets and the sinks hold. */
import type { Series } from '@flowmeter-examples/otlp-receiver';
import type { Audit } from './audit.ts';
import type { Expected } from './expected-deliveries.ts';
import { toText } from './table.ts';

/** What is compared. */
export interface Evidence {
  /** The last push of each run, in order. */
  readonly runs: readonly (readonly Series[])[];
  readonly expected: readonly Expected[];
  readonly audit: Audit;
  /** Records that the HTTP sink's far end has refused on purpose. */
  readonly refused: number;
}

/** The comparison in words. */
export interface Accounts {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/** Adds the runs' counters up and compares the sums with the evidence. */
export function settleAccounts({ runs, expected, audit, refused }: Evidence): Accounts {
  const lines: string[] = [];
  const problems: string[] = [];

  function balance(what: string, metric: string, whole: number, label?: [name: string, value: string]): void {
    const parts = runs.map((series) => total(series, metric, label));
    const sum = parts.reduce((subtotal, part) => subtotal + part, 0);
    lines.push(`${what.padEnd(32)} ${parts.map(toText).join(' + ')} = ${toText(sum)} of ${toText(whole)}`);
    if (sum !== whole) problems.push(`${what}: ${sum} were counted, but there were ${whole}`);
  }

  for (const { sourceId, size } of expected) {
    balance(`received from ${sourceId}`, 'conveyor_router_records_received', size, ['source_id', sourceId]);
  }
  balance('delivered, found in the sinks', 'conveyor_router_records_delivered', audit.delivered);
  balance('retried, refused on purpose', 'conveyor_router_retry_events', refused);
  lines.push(`lost ${audit.lost}, delivered twice ${audit.twice}, in the wrong sink ${audit.misplaced}`);
  if (audit.lost + audit.twice + audit.misplaced > 0) problems.push('the sinks do not hold what they should');
  return { lines, problems };
}

/** The highest utilization of each stage's buffer that any push has told of. */
export function peakUtilization(pushes: Iterable<readonly Series[]>): Map<string, number> {
  const peaks = new Map<string, number>();
  for (const series of pushes) {
    for (const one of series) {
      if (one.name !== 'conveyor_router_buffer_utilization' || one.kind !== 'gauge') continue;
      const stage = one.attributes['stage_id'] ?? '';
      peaks.set(stage, Math.max(peaks.get(stage) ?? 0, one.value));
    }
  }
  return peaks;
}

function total(series: readonly Series[], metric: string, label?: [name: string, value: string]): number {
  let sum = 0;
  for (const one of series) {
    if (one.name !== metric || one.kind !== 'sum') continue;
    if (!label || one.attributes[label[0]] === label[1]) sum += one.value;
  }
  return sum;
}
