import { type Name, NAMES, OURS } from './contenders/load.ts';
import type { CallCost } from './cost-of-a-call.bench.ts';
import type { Extent } from './extent.ts';
import type { Figures } from './figures.ts';
import { runOnce } from './in-turn.ts';
import { BARE_WRITE, CALL_ROWS, type CallRow, type Case, caseFor, questionOf } from './matrix.ts';

/**
 * What a call costs. Each round measures all cases, those that are compared one after the other, each in a process of
 * its own. The best of the rounds counts: other work on the machine only ever adds.
 */
export async function measureCalls(extent: Extent, tell: (doing: string) => void): Promise<Figures[]> {
  const rows = [BARE_WRITE, ...CALL_ROWS].filter((row) => extent.asks(questionOf(row)));
  const cases = new Map<string, Case>();
  for (const row of rows) for (const [, one] of casesOf(row)) cases.set(one.join(' '), one);

  const costs = new Map<string, CallCost>();
  for (let round = 1; round <= extent.rounds; round += 1) {
    for (const [key, one] of cases) {
      tell(`round ${round} of ${extent.rounds}: ${key}`);
      // Bytes do not vary, and take their time.
      const isFirst = round === 1;
      const args = [...one, String(extent.millisecondsACase), isFirst ? 'bytes' : ''];
      const { nanoseconds, bytes } = await runOnce<CallCost>('cost-of-a-call.bench.ts', args);
      const before = costs.get(key);
      costs.set(key, {
        nanoseconds: Math.min(nanoseconds, before?.nanoseconds ?? Infinity),
        bytes: isFirst ? bytes : before?.bytes,
      });
    }
  }
  return rows.map((row) => figuresOf(row, costs));
}

function casesOf(row: CallRow): [Name, Case][] {
  // The bare write stands in our column: it is what ours is compared with, and what no peer could do either.
  if (row === BARE_WRITE) return [[OURS, ['typed array', row.kind, String(row.attributes), 'bound', 'plain']]];
  return NAMES.flatMap((name) => {
    const one = caseFor(name, row);
    return one === undefined ? [] : [[name, one] as [Name, Case]];
  });
}

function figuresOf(row: CallRow, measured: ReadonlyMap<string, CallCost>): Figures {
  const costs = new Map<Name, number>();
  const bytes = new Map<Name, number>();
  for (const [name, one] of casesOf(row)) {
    const cost = measured.get(one.join(' '));
    if (cost !== undefined) costs.set(name, cost.nanoseconds);
    if (cost?.bytes !== undefined) bytes.set(name, cost.bytes);
  }
  return { question: questionOf(row), unit: 'ns', costs, bytes };
}
