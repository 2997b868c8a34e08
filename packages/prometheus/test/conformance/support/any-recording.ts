import type { Attributes } from '@opentelemetry/api';
import { anyText, fc } from '../../support/properties.ts';

export type Kind = 'counter' | 'updown' | 'gauge' | 'histogram' | 'exponential';
export const KINDS: readonly Kind[] = ['counter', 'updown', 'gauge', 'histogram', 'exponential'];

export interface Measurement {
  readonly attributes: Attributes;
  /** A small integer, from 0 where the kind takes no others: sums of them are exact. */
  readonly value: number;
}

/** An instrument, and what it has recorded. */
export interface Stream {
  readonly kind: Kind;
  /** Which of the scopes it is of. */
  readonly scope: number;
  /** Begins with the first letter of its kind, by which a family is known again. */
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** Of a histogram. */
  readonly boundaries: number[];
  readonly measurements: readonly Measurement[];
}

export interface AnyScope {
  readonly name: string;
  readonly version: string;
  readonly schemaUrl: string;
}

/** What an application may have recorded. */
export interface Recording {
  readonly resource: Attributes;
  readonly scopes: readonly AnyScope[];
  readonly streams: readonly Stream[];
}

/** What is special in keys: as much of it as keys that only look so once they are translated. */
const anyKey: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: anyText },
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'a.b', 'a_b', 'a/b', 'á') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('le', 'quantile', 'exported_le', '__name__', '__proto__', 'job', 'instance'),
  },
  { weight: 2, arbitrary: fc.constantFrom('', '2xx', 'key_2xx', '_', '__a', 'U__a_2e_b', 'a\0b', '\r') },
  { weight: 2, arbitrary: fc.constantFrom('otel_scope_name', 'otel.scope.name', 'trace_id', 'service_name') },
);

const anyString: fc.Arbitrary<string> = fc.oneof(
  anyText,
  fc.constantFrom(
    '',
    'x',
    ';',
    'x;y',
    '\0',
    '\r',
    '\r\n',
    '\u0085',
    '\u2028',
    '\uFEFF',
    '\\n',
    '\\',
    '"',
    'x'.repeat(3000),
  ),
);

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: anyString },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1, NaN, Infinity, 1e21, true, false, '1', 'true', 'NaN') },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      null,
      undefined,
      ['a', null],
      [],
      { a: '\uD800' },
      Symbol.iterator,
      new Uint8Array([1, 2]),
      () => {},
    ),
  },
);

export const anyAttributes: fc.Arbitrary<Attributes> = fc
  .array(fc.tuple(anyKey, anyValue), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

const anyUnit: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '1',
    's',
    'By',
    'By/s',
    '{x}',
    '{x}/s',
    'total',
    'bucket',
    'info',
    'created',
    '%',
    'm/s/h',
    'Cel',
  ),
  anyText,
);

const anyScope: fc.Arbitrary<AnyScope> = fc.record({
  name: fc.oneof(fc.constantFrom('', 'one', 'two'), anyString),
  version: fc.oneof(fc.constant(''), anyString),
  schemaUrl: fc.oneof(fc.constant(''), anyString),
});

/** How streams are called: whatever they may, or so that no two kinds come to one name. */
export type Names = (kind: Kind) => fc.Arbitrary<string>;

/** Any text at all, and what clashes with the names of other kinds' samples. */
export const anyName: Names = () =>
  fc.oneof(
    anyText,
    fc
      .tuple(
        fc.constantFrom('a', 'a.b', 'a_b', 'target', 'target_info'),
        fc.constantFrom('', '_total', '.total', '_count', '_sum', '_bucket', '_created', '_info', '_seconds', '_'),
      )
      .map((parts) => parts.join('')),
  );

/** As the API takes them: two of a kind often come to one name. */
export const apiName: Names = (kind) =>
  fc.stringMatching(/^(?:[._/-]?[a-c1]){0,3}(?:_total)?$/).map((rest) => `${kind.charAt(0)}${rest}`);

/** What no API lets through, and no other kind has. */
export const distinctName: Names = (kind) => anyText.map((rest) => `${kind.charAt(0)}${rest.replaceAll('total', '')}`);

/** @param hasDistinctSets whether no instrument has two measurements with the same attributes */
export function anyRecording(names: Names, hasDistinctSets: boolean): fc.Arbitrary<Recording> {
  const anyStream = fc.constantFrom(...KINDS).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      scope: fc.nat({ max: 1 }),
      name: names(kind),
      // As a suffix, these would make one's name that of another's samples.
      unit: anyUnit.filter((unit) => names === anyName || !/^(?:created|bucket)$/.test(unit)),
      description: fc.oneof(fc.constant(''), anyString),
      boundaries: fc.constantFrom<number[][]>([], [1, 10], [0, 1, 2, 10], [1e-9, 1, 123_456_789]),
      measurements: fc.uniqueArray<Measurement, unknown>(anyMeasurement(kind), {
        minLength: 1,
        maxLength: 5,
        selector: ({ attributes }) => (hasDistinctSets ? keyOf(attributes) : Symbol('different')),
      }),
    }),
  );
  return fc.record({
    resource: anyAttributes,
    scopes: fc.tuple(anyScope, anyScope),
    streams: fc.array(anyStream, { minLength: 1, maxLength: 6 }),
  });
}

/** Different for different sets. */
function keyOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([key, value]) => `${key}=${typeof value} ${String(value)}`)
    .toSorted()
    .join();
}

function anyMeasurement(kind: Kind): fc.Arbitrary<Measurement> {
  const min = kind === 'updown' || kind === 'gauge' ? -20 : 0;
  return fc.record({ attributes: anyAttributes, value: fc.integer({ min, max: 20 }) });
}
