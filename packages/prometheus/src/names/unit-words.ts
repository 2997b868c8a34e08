/** A unit in the words that a metric's name ends with. Either may be empty; only letters, digits and single `_` are in them. */
export interface UnitWords {
  /** Such as `bytes`. */
  readonly main: string;
  /** Such as `per_second`. */
  readonly per: string;
}

/** UCUM's units in words (specification, compatibility, "Metric Metadata"), and kilobytes as many write them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['kBy', 'kilobytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['%', 'percent'],
  // Of dimension one: nothing to say.
  ['1', ''],
]);

/** What else rates are told in; a week and a year also as translators to Prometheus know them. */
const PER_WORDS: ReadonlyMap<string, string> = new Map([
  ['wk', 'week'],
  ['w', 'week'],
  ['mo', 'month'],
  ['a', 'year'],
  ['y', 'year'],
]);

/** Words that have no singular of their own. */
const UNCOUNTED = new Set(['celsius']);

/**
 * The words for a UCUM unit: annotations such as `{packet}` are dropped, a rate `a/b` becomes `a` and `per_b`, and what has no
 * word stays as it is, but for characters that names cannot have.
 */
export function toUnitWords(unit: string): UnitWords {
  const [main = '', ...per] = withoutAnnotations(unit).split('/');
  return {
    main: toName(wordOf(main.trim())),
    per: per
      .map((part) => toName(singularOf(part.trim())))
      .filter((word) => word !== '')
      .map((word) => `per_${word}`)
      .join('_'),
  };
}

function wordOf(unit: string): string {
  return WORDS.get(unit) ?? unit;
}

function singularOf(unit: string): string {
  const plural = WORDS.get(unit);
  if (plural === undefined) return PER_WORDS.get(unit) ?? unit;
  return plural.endsWith('s') && !UNCOUNTED.has(plural) ? plural.slice(0, -1) : plural;
}

function toName(word: string): string {
  return word.replaceAll(/[^a-zA-Z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}

function withoutAnnotations(unit: string): string {
  let kept = '';
  let from = 0;
  for (;;) {
    const open = unit.indexOf('{', from);
    const close = unit.indexOf('}', open);
    if (open < 0 || close < 0) return kept + unit.slice(from);
    kept += unit.slice(from, open);
    from = close + 1;
  }
}
