import { setTimeout } from 'node:timers/promises';

/** A row of a database that has been changed. */
export interface Change {
  readonly table: string;
  /** In milliseconds since 1970. */
  readonly committedAt: number;
  readonly row: { readonly id: number; readonly customer: string; readonly cents: number };
}

const EVERY_MS = 100;
const DAY_MS = 300_000;
const TABLES = ['orders', 'order_lines', 'payments'];

/** Batches of changes, some ten a second: more and fewer of them in the course of a day of five minutes. */
export async function* changes(stopping: AbortSignal): AsyncGenerator<readonly Change[]> {
  for (let id = 1; !stopping.aborted;) {
    const now = Date.now();
    const count = Math.round(25 + 20 * Math.sin((2 * Math.PI * now) / DAY_MS));
    yield Array.from({ length: count }, (_, index) => ({
      table: TABLES[index % TABLES.length] ?? '',
      committedAt: now - 5 * index,
      row: { id: id++, customer: `customer-${id % 97}`, cents: (id * 7919) % 50_000 },
    }));
    await setTimeout(EVERY_MS, undefined, { signal: stopping }).catch(() => {});
  }
}
