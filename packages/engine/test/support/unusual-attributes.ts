import type { Attributes } from '@opentelemetry/api';
import { fc } from './properties.ts';

/** Values that nothing can be done with without an error, fast-check's own work included: it gets their names. */
const hostile: Readonly<Record<string, () => unknown>> = {
  'a proxy that throws': () => {
    const fail = (): never => {
      throw new Error('hands off');
    };
    return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail });
  },
  'a proxy that was revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a getter that throws': () =>
    Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get() {
        throw new Error('hands off');
      },
    }),
  'a toJSON that throws': () => ({
    toJSON() {
      throw new Error('hands off');
    },
  }),
  'a toJSON of nothing': () => ({ toJSON: () => undefined }),
  'a cycle': () => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  },
};

class Hostile {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

/** An object with own properties, whatever their keys. */
class Own {
  readonly entries: readonly (readonly [string, unknown])[];

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }
}

/** Values that attributes are not meant to have. */
export const unusualValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...Object.keys(hostile)).map((what) => new Hostile(what)),
  fc.constantFrom<unknown>(null, undefined, Number.NaN, Infinity, -0, 5n, Symbol('s'), Symbol.iterator, () => 1),
  fc.constantFrom<unknown>(new Date(Number.NaN), new Map([[1, 2]]), new Error('an error'), [1n], new Uint8Array(3)),
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withMap: true, withSparseArray: true }),
);

export const unusualKeys = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '0', '1', '-1', 'a', 'b', '\u0000'),
  fc.string({ maxLength: 3 }),
);

/** Attributes as entries, or what is no object at all. */
export const unusualAttributes: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.tuple(unusualKeys, unusualValues), { maxLength: 4 }).map((entries) => new Own(entries)),
  },
  unusualValues,
);

/** The attributes that {@link unusualAttributes} stands for. */
export function attributesFrom(candidate: unknown): Attributes {
  if (!(candidate instanceof Own)) return valueFrom(candidate) as Attributes;
  return Object.fromEntries(candidate.entries.map(([key, value]) => [key, valueFrom(value)]));
}

/** The value that one of {@link unusualValues} stands for. */
export function valueFrom(candidate: unknown): unknown {
  return candidate instanceof Hostile ? hostile[candidate.what]?.() : candidate;
}
