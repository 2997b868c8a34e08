/** The words of UCUM units (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility"). */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    By: 'bytes',
    KiBy: 'kibibytes',
    MiBy: 'mebibytes',
    GiBy: 'gibibytes',
    TiBy: 'tibibytes',
    KBy: 'kilobytes',
    MBy: 'megabytes',
    GBy: 'gigabytes',
    TBy: 'terabytes',
    m: 'meters',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    g: 'grams',
    Cel: 'celsius',
    Hz: 'hertz',
    '%': 'percent',
  }),
);

const PER: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['min', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
]);

/**
 * The name of an instrument's family in Prometheus text, as a translator with suffixes makes it: annotations in braces
 * go, the unit's words are appended unless the name ends in them, and a counter ends in `_total`. An independent model
 * of the rule, on the strict side: whatever is left of a unit that is not known is appended as it stands.
 */
export function translatedName(name: string, unit: string, type: 'counter' | 'gauge' | 'histogram'): string {
  let translated = name;
  for (const word of wordsOf(unit.replaceAll(/\{[^{}]*\}/g, ''), type)) {
    if (!translated.endsWith(`_${word}`)) translated += `_${word}`;
  }
  return type === 'counter' && !translated.endsWith('_total') ? `${translated}_total` : translated;
}

function wordsOf(unit: string, type: string): string[] {
  if (unit === '1') return type === 'gauge' ? ['ratio'] : [];
  const [main = '', ...per] = unit.split('/');
  const words = [WORDS.get(main) ?? main, ...per.map((part) => `per_${PER.get(part) ?? part}`)];
  return words.map((word) => word.replaceAll(/[^a-zA-Z0-9]+/g, '_')).filter((word) => word !== '');
}
