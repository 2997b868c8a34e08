import { alignedTable, significant } from '../../../bench/aligned-table.ts';
import { NAMES, OURS, type Peer, PEERS } from './contenders/load.ts';
import { type Figures, ratio } from './figures.ts';

/** The result as an aligned table in Markdown: of each contender its cost and bytes a call, of a peer its ratio too. */
export function toTable(all: readonly Figures[]): string {
  const rows = all.map((figures) => [figures.question, ...NAMES.flatMap((name) => cellsFor(figures, name))]);
  return alignedTable([['', ...NAMES.flatMap((name) => headersFor(name))], ...rows]);
}

function headersFor(name: (typeof NAMES)[number]): string[] {
  return name === OURS ? [name, 'B'] : [name, 'ratio', 'B'];
}

function cellsFor(figures: Figures, name: (typeof NAMES)[number]): string[] {
  const cost = figures.costs.get(name);
  const bytes = figures.bytes.get(name);
  const shown = [cost === undefined ? '-' : `${significant(cost)} ${figures.unit}`];
  if (isPeer(name)) {
    const times = ratio(figures, name);
    shown.push(times === undefined ? '-' : `${significant(times)} ×`);
  }
  return [...shown, bytes === undefined ? '-' : Math.max(0, bytes).toFixed(0)];
}

function isPeer(name: (typeof NAMES)[number]): name is Peer {
  return PEERS.some((peer) => peer === name);
}
