import { instrumentSets, type InstrumentDefinition, type InstrumentSet } from '@flowmeter/instruments';
import { conveyorSet } from '@flowmeter/instruments/conveyor';
import { deltaforgeSet } from '@flowmeter/instruments/deltaforge';
import { krafkaConnectionSet, krafkaConsumerSet, krafkaProducerSet } from '@flowmeter/instruments/krafka';
import { roboflowSet } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContractMetric } from './contract/contract-metric.ts';
import { conveyorContract } from './contract/conveyor.ts';
import { deltaforgeContract } from './contract/deltaforge.ts';
import { krafkaContract } from './contract/krafka.ts';
import { roboflowContract } from './contract/roboflow.ts';

const systems: readonly (readonly [system: string, contract: readonly ContractMetric[], sets: InstrumentSet[]])[] = [
  ['conveyor', conveyorContract, [conveyorSet]],
  ['roboflow', roboflowContract, [roboflowSet]],
  ['deltaforge', deltaforgeContract, [deltaforgeSet]],
  ['krafka', krafkaContract, [krafkaProducerSet, krafkaConsumerSet, krafkaConnectionSet]],
];

for (const [system, contract, sets] of systems) {
  const definitions = new Map(
    sets.flatMap((set) => Object.values(set.definitions)).map((entry) => [prometheusName(entry), entry]),
  );

  /** Compares one aspect of all metrics at once, so that a failure shows every difference. */
  const agree = (defined: (entry: InstrumentDefinition) => unknown, agreed: (metric: ContractMetric) => unknown) => {
    const entries = contract.map(({ name }) => [name, definitions.get(name)] as const);
    assert.deepEqual(
      entries.map(([name, entry]) => [name, entry && defined(entry)]),
      contract.map((metric) => [metric.name, agreed(metric)]),
    );
  };

  test(`${system} has the names of its contract, no more and no fewer`, () => {
    assert.deepEqual([...definitions.keys()].toSorted(), contract.map(({ name }) => name).toSorted());
  });

  test(`${system} has no name twice`, () => {
    assert.equal(definitions.size, sets.flatMap((set) => Object.keys(set.definitions)).length);
    assert.equal(new Set(contract.map(({ name }) => name)).size, contract.length);
  });

  test(`${system} has the types of its contract`, () => {
    agree(typeOf, (metric) => metric.type);
  });

  test(`${system} has the labels of its contract, in its order`, () => {
    agree(
      (entry) => ({
        required: Object.keys(entry.attributes),
        optional: Object.keys(entry.optionalAttributes ?? {}),
      }),
      (metric) => ({ required: metric.labels, optional: metric.optionalLabels ?? [] }),
    );
  });

  test(`${system} closes the label values that its contract closes, and no others`, () => {
    agree(closedValues, (metric) => metric.values ?? {});
  });

  test(`${system} tells what its documentation asks for from what only its code has`, () => {
    agree(
      (entry) => entry.since,
      (metric) => metric.since,
    );
  });

  test(`${system} differs from upstream in nothing that is not so`, () => {
    for (const metric of contract) {
      const { contract: there, reason } = metric.deviation ?? { contract: 'unnamed', reason: 'none' };
      assert.notEqual(reason, '', metric.name);
      if (there === 'unnamed') continue;
      const here: Readonly<Record<string, unknown>> = { ...metric };
      for (const [aspect, value] of Object.entries(there)) {
        assert.notDeepEqual(here[aspect], value, `${metric.name}: ${aspect} is as upstream`);
      }
    }
  });
}

test('deltaforge has the buckets that its contract fixes', () => {
  const fixed = deltaforgeContract.filter(({ buckets }) => buckets !== undefined);
  const { definitions }: InstrumentSet = deltaforgeSet;
  const entries = new Map(Object.values(definitions).map((entry) => [prometheusName(entry), entry]));
  assert.deepEqual(
    fixed.map(({ name }) => [name, entries.get(name)?.boundaries]),
    fixed.map(({ name, buckets }) => [name, buckets]),
  );
});

test('instrumentSets has every set once', () => {
  assert.deepEqual(
    instrumentSets,
    systems.flatMap(([, , sets]) => sets),
  );
});

test('every histogram has boundaries, ascending and finite, and nothing else has any', () => {
  for (const { name, instrument, boundaries } of instrumentSets.flatMap((set) => Object.values(set.definitions))) {
    assert.equal(boundaries !== undefined, instrument === 'histogram', name);
    assert.deepEqual(boundaries, boundaries && [...new Set(boundaries)].toSorted((a, b) => a - b), name);
    assert.ok(boundaries?.every(Number.isFinite) ?? true, name);
  }
});

test('every description is one sentence', () => {
  for (const { name, description } of instrumentSets.flatMap((set) => Object.values(set.definitions))) {
    assert.match(description, /^[A-Z0-9][^\n]*\.$/, name);
  }
});

function prometheusName({ instrument, name }: InstrumentDefinition): string {
  return instrument === 'counter' ? `${name}_total` : name;
}

function typeOf({ instrument }: InstrumentDefinition): ContractMetric['type'] {
  return instrument === 'upDownCounter' ? 'gauge' : instrument;
}

function closedValues({ attributes, optionalAttributes }: InstrumentDefinition): unknown {
  const domains = Object.entries({ ...attributes, ...optionalAttributes });
  return Object.fromEntries(domains.filter(([, domain]) => domain !== 'string'));
}
