/** What becomes of pushes is nothing to the application and to those that scrape it. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { it } from 'node:test';
import { createConveyor } from 'flowmeter/conveyor';
import { startMisbehavingCollector, type Turn } from './support/misbehaving-collector.ts';
import { started } from './support/started.ts';

const conveyor = createConveyor();
const SCRAPES = 5;

const OUTAGES: Readonly<Record<string, Turn>> = {
  'is silent': 'silence',
  'answers 503': 503,
  'answers 400': 400,
  'resets connections': 'reset',
};

for (const [outage, turn] of Object.entries(OUTAGES)) {
  it(`scrapes are answered, and right, while the collector ${outage}`, async () => {
    await using collector = await startMisbehavingCollector();
    await using handle = await started({
      exporters: ['prometheus', 'otlp'],
      prometheus: { port: 0 },
      otlp: { endpoint: collector.url, temporality: 'delta' },
      logLevel: 'none',
    });
    const source = `scraped while it ${outage}`;
    collector.turns = Array<Turn>(1000).fill(turn);
    const flushes: Promise<void>[] = [];
    for (let scrape = 1; scrape <= SCRAPES; scrape += 1) {
      conveyor.recordRecordsReceived(source, 3);
      flushes.push(handle.forceFlush());
      // The first of them has come by then, and one is under way as a rule.
      while (collector.count === 0) await new Promise(setImmediate);
      const scraped = await fetch(handle.url);
      strictEqual(scraped.status, 200);
      const lines = (await scraped.text()).split('\n').filter((line) => line.includes(`"${source}"`));
      deepStrictEqual(lines, [`conveyor_router_records_received_total{source_id="${source}"} ${3 * scrape}`]);
    }
    ok(collector.taken.length === 0);
    await handle.shutdown();
    await Promise.all(flushes);
  });
}
