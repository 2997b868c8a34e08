import { createConveyor, conveyorSet } from '@flowmeter/instruments/conveyor';
import { createDeltaforge, deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import { createRoboflow, roboflowSet } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const sets = [
  {
    set: roboflowSet,
    created: createRoboflow(),
    flows: ['cached', 'encode', 'episode', 'reading', 'upload', 'writing'],
  },
  { set: conveyorSet, created: createConveyor(), flows: ['buffer', 'sink', 'source', 'stage'] },
  { set: deltaforgeSet, created: createDeltaforge(), flows: ['pipeline'] },
];

for (const { set, created, flows } of sets) {
  test(`the calls of ${set.scope} have names that no instrument has`, () => {
    const instruments = Object.keys(set.definitions);
    const calls = Object.keys(created).filter((name) => !instruments.includes(name) && !name.startsWith('record'));
    assert.deepEqual(calls.toSorted(), flows);
    assert.deepEqual(
      instruments.filter((name) => typeof (created as unknown as Record<string, unknown>)[name] !== 'object'),
      [],
    );
  });
}
