import type { RouterStatus } from './router-status.ts';

/** What a router tells about itself: now and then, when its sources are drained, and at its end. */
export interface Report {
  readonly kind: 'progress' | 'drained' | 'stopped';
  readonly status: Pick<RouterStatus, 'term' | 'retried' | 'sources' | 'delivered'>;
}

let lastLine = '';

/** Sends a report to the parent process, or logs it when there is none and something has changed. */
export function report({ kind, status }: Report): void {
  const { term, retried, sources, delivered } = status;
  if (process.send) {
    const message: Report = { kind, status: { term, retried, sources, delivered } };
    if (process.connected) process.send(message);
    return;
  }
  const taken = Object.entries(sources).map(([source, one]) => `${source} ${one.resumedFrom + one.accepted}`);
  const given = Object.entries(delivered).map(([sink, count]) => `${sink} ${count}`);
  const line = `taken in ${taken.join(', ')}; delivered ${given.join(', ') || 'nothing'}; retried ${retried}`;
  if (kind === 'progress' && line === lastLine) return;
  lastLine = line;
  console.log(`${kind}: ${line}`);
}
