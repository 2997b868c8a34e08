import * as fc from 'fast-check';

// The same cases in every run; to look further, set this to another number.
fc.configureGlobal({ seed: Number(process.env.FLOWMETER_FC_SEED ?? 1) });

/** Any string, with lone surrogates, and with more of what is special in names than chance would give. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('_', '__', '.', ':', '/', '-', '1', 'a', 'total', '_total', 'info', 'le', 'bytes', 'U__', '_2e_'),
      fc.constantFrom('\0', '\n', '"', '\\', '{', '}', 'é', '😀', '\uD800', '\uDC00', ' '),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

export { fc };
