/** What is recorded for the peers: everything that is planned for every instrument, and what may be lost on the way. */
import { planSeries, type PlannedSeries } from '../../support/planned-series.ts';

/** How many series the metric with the most of them has: as many as are kept apart by default. */
const MANY_SERIES = 2000;

/** Each is a sum that a double holds exactly, or the nearest one to it. */
const VALUES: readonly (readonly number[])[] = [
  [0],
  [2 ** 53],
  [2 ** 53 - 1],
  [2 ** 52, 2 ** 52 - 3],
  [0.1, 0.2],
  [1 / 3],
  [1e-7],
  [Number.MIN_VALUE],
  [1.5e300],
  [123_456_789.987_654_3],
];

/** Text that each format on the way has to escape, encode or carry. */
const TEXTS = [
  'a\nline\nfeed',
  'ends in a backslash\\',
  '"',
  '\\n is no line feed',
  '{le="1"} 1 # {trace_id="1"} 1',
  'tab\tand carriage return\r',
  ' spaces around ',
  'naïve Ωmega 数据 🚰 e\u0301',
  'x'.repeat(1000),
  'a,b;c=d',
];

/** The attribute that texts stand in, of one instrument of each kind. */
const ENDS: Readonly<Record<string, string>> = {
  conveyor_router_records_received: 'source_id',
  conveyor_router_buffer_utilization: 'stage_id',
  conveyor_router_routing_latency_ms: 'pipeline_id',
};

/** The span that is active while the series of {@link isTraced} are recorded. */
export const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** Conveyor has all kinds of instruments, and some that most values and texts are planned for. */
export function isTraced({ scope }: PlannedSeries): boolean {
  return scope === 'conveyor';
}

/** The series of every instrument, those with such values and texts, and 2,000 of one metric. */
export function planForPeers(): PlannedSeries[] {
  const planned = planSeries();
  const first = new Map(planned.toReversed().map((series) => [series.definition.name, series]));
  for (const [name, key] of Object.entries(ENDS)) {
    const series = first.get(name);
    if (series === undefined) throw new Error(`nothing is planned for ${name}`);
    planned.push(...VALUES.map((values, index) => ({ ...series, attributes: { [key]: TEXTS[index] ?? '' }, values })));
  }
  const many = first.get('deltaforge_schema_events');
  if (many === undefined) throw new Error('nothing is planned for deltaforge_schema_events');
  const before = planned.filter(({ definition }) => definition === many.definition).length;
  for (let number = before; number < MANY_SERIES; number += 1) {
    planned.push({ ...many, attributes: { table: `public.table_${number}` }, values: [number + 0.125, 2 ** 33] });
  }
  return planned;
}
