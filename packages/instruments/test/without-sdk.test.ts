import { instrumentSets } from '@flowmeter/instruments';
import { conveyor, createConveyor } from '@flowmeter/instruments/conveyor';
import { createKrafka } from '@flowmeter/instruments/krafka';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { captureReports, stopReports } from './support/reports.ts';
import { attributesFor, createUntyped, measure } from './support/untyped-instruments.ts';
import { bytesACall } from './support/bytes-a-call.ts';

let reports: readonly string[] = [];

before(() => {
  reports = captureReports();
});

after(stopReports);

test('without an SDK every call of every set does nothing, silently', () => {
  for (const set of instrumentSets) {
    for (const { definition, instrument } of createUntyped(set, {})) {
      const attributes = attributesFor(definition);
      measure(instrument, 1, attributes);
      measure(instrument.bind(attributes), 1);
      instrument.positional(...Object.keys(attributes))(...Object.values(attributes), 1);
      instrument.startTimer?.(attributes).stop();
    }
  }
  conveyor.recordRecordsReceived('s', 1);
  createKrafka().connection.recordConnect();
  assert.deepEqual(reports, []);
});

test('without an SDK a call keeps nothing of what it was given', async () => {
  const { recordsReceived } = createConveyor();
  const given = Array.from({ length: 100 }, (_, index) => {
    const attributes = { source_id: `source ${index}` };
    recordsReceived.add(1, attributes);
    recordsReceived.bind(attributes).add(1);
    return new WeakRef(attributes);
  });
  await collectGarbage();
  assert.equal(given.filter((reference) => reference.deref() !== undefined).length, 0);
});

test('a bound call without an SDK allocates nothing', () => {
  const bound = createConveyor().recordsReceived.bind({ source_id: 's' });
  assert.ok(bytesACall(() => bound.add(1)) < 1);
});

test('the measure of allocation sees a call that allocates', () => {
  const kept: object[] = [{}];
  assert.ok(bytesACall(() => void (kept[0] = { value: kept })) > 10);
});

/** Collects what the event loop no longer holds: a WeakRef lives to the end of the turn that made it. */
async function collectGarbage(): Promise<void> {
  await new Promise(setImmediate);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
