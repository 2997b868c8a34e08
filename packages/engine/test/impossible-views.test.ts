import { MeterProvider, type ViewOptions } from '@flowmeter/engine';
import { AggregationType } from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const HISTOGRAM = AggregationType.EXPLICIT_BUCKET_HISTOGRAM;
const EXPONENTIAL = AggregationType.EXPONENTIAL_HISTOGRAM;

/** Views that whoever writes JavaScript may write, and what is said of each after its name. */
const impossible: readonly (readonly [view: object, error: RegExp])[] = [
  [{}, / selects nothing; allowed is at least one of instrumentName, /],
  [{ name: 'n' }, / selects nothing; /],
  [{ meterName: 'm', name: 'n' }, / renames to "n" what may be several instruments; /],
  [{ instrumentName: 'i*', name: 'n' }, / \(instrumentName "i\*"\) renames to "n" what may be several instruments; /],
  [{ instrumentName: 'i?', name: 'n' }, / \(instrumentName "i\?"\) renames to "n" what may be several instruments; /],
  [{ instrumentName: 'i', name: 'not valid name!' }, /: name is "not valid name!"; allowed are up to 255 letters, /],
  [{ instrumentName: 'i', name: '1x' }, /: name is "1x"; allowed are /],
  [{ instrumentName: 'i', name: '' }, /: name is empty; allowed is a name/],
  [
    { instrumentName: 'i', attributeKeys: ['a'] },
    / \(instrumentName "i"\): "attributeKeys" is no option of views; allowed are instrumentName, .*, timeToLiveMs/,
  ],
  [{ instrumentname: 'i', meterName: 'm' }, /: "instrumentname" is no option of views; /],
  [{ instrumentName: /i/ }, /: instrumentName is {}; allowed is a string/],
  [aggregating(HISTOGRAM, { boundaries: [2, 1] }), /: boundaries are \[2, 1\]; allowed are numbers that increase/],
  [aggregating(HISTOGRAM, { boundaries: [1, 1] }), /: boundaries are \[1, 1\]; /],
  [aggregating(HISTOGRAM, { boundaries: [0, Number.NaN] }), /: boundaries are \[0, NaN\]; /],
  [aggregating(HISTOGRAM, { boundaries: ['1'] }), /: boundaries are \["1"\]; /],
  [aggregating(HISTOGRAM, { boundaries: 5 }), /: boundaries are 5; /],
  [aggregating(HISTOGRAM, {}), /: boundaries are undefined; /],
  [aggregating(EXPONENTIAL, { maxSize: 1 }), /: maxSize is 1; allowed is an integer of 2 or more/],
  [aggregating(EXPONENTIAL, { maxSize: 2.5 }), /: maxSize is 2\.5; /],
  [aggregating(EXPONENTIAL, 5 as unknown as object), /: aggregation\.options is 5; allowed is an object/],
  [aggregating(99 as AggregationType, {}), /: aggregation is \{"type":99,"options":\{\}\}; allowed is /],
  [
    { instrumentName: 'i', attributesProcessors: [{}] },
    /: attributesProcessors is not a list of objects with a process /,
  ],
  [{ instrumentName: 'i', attributesProcessors: [null] }, /: attributesProcessors is not a list /],
  [{ instrumentName: 'i', attributesProcessors: Array.from({ length: 1 }) }, /: attributesProcessors is not a list /],
  // A hole, not undefined.
  [
    { instrumentName: 'i', attributesProcessors: Object.assign([], { length: 1 }) },
    /: attributesProcessors is not a list /,
  ],
  [{ instrumentName: 'i', attributesProcessors: {} }, /: attributesProcessors is not a list /],
  [
    { instrumentName: 'i', aggregationCardinalityLimit: 0 },
    /: aggregationCardinalityLimit is 0; allowed is an integer of 1 /,
  ],
  [{ instrumentName: 'i', aggregationCardinalityLimit: -1 }, /: aggregationCardinalityLimit is -1; /],
  [{ instrumentName: 'i', aggregationCardinalityLimit: 1.5 }, /: aggregationCardinalityLimit is 1\.5; /],
  [{ instrumentName: 'i', aggregationCardinalityLimit: Number.NaN }, /: aggregationCardinalityLimit is NaN; /],
  [{ instrumentName: 'i', timeToLiveMs: 0 }, /: timeToLiveMs is 0; allowed is an integer of 1 or more/],
];

for (const [index, [view, error]] of impossible.entries()) {
  test(`a view is refused that ${error.source.replaceAll(/\\/g, '')} (${index})`, () => {
    const views = [{ instrumentName: 'fine' }, view as ViewOptions];
    assert.throws(
      () => new MeterProvider({ views }),
      (thrown: unknown) => {
        assert.ok(thrown instanceof TypeError || thrown instanceof RangeError);
        assert.match(thrown.message, /^views\[1\]/);
        assert.match(thrown.message, error);
        return true;
      },
    );
  });
}

test('a view is refused before any reader is bound, so that the reader can have another provider', () => {
  const bound: unknown[] = [];
  const reader = { setMetricProducer: (producer: unknown): void => void bound.push(producer) };
  const options = { views: [{}], readers: [reader] } as unknown as ConstructorParameters<typeof MeterProvider>[0];
  assert.throws(() => new MeterProvider(options));
  assert.deepEqual(bound, []);
});

function aggregating(type: AggregationType, options: object): object {
  return { instrumentName: 'i', aggregation: { type, options } };
}
