/** The UCUM units that a translation to Prometheus spells out, with the words it appends for them. */
const SUFFIX_OF_UNIT: ReadonlyMap<string, string> = new Map([
  ['d', '_days'],
  ['h', '_hours'],
  ['min', '_minutes'],
  ['s', '_seconds'],
  ['ms', '_milliseconds'],
  ['us', '_microseconds'],
  ['ns', '_nanoseconds'],
  ['By', '_bytes'],
  ['KiBy', '_kibibytes'],
  ['MiBy', '_mebibytes'],
  ['GiBy', '_gibibytes'],
  ['KBy', '_kilobytes'],
  ['MBy', '_megabytes'],
  ['GBy', '_gigabytes'],
  ['%', '_percent'],
  ['1', '_ratio'],
]);

/**
 * The unit to create an instrument with, such that no translator changes the instrument's name: the true unit when
 * the name already ends in the word that would be appended, otherwise an annotation in braces, which every
 * translator drops (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", "Instrument units").
 *
 * @param name the instrument's name, without `_total`
 * @param unit its true UCUM unit
 */
export function meterUnit(name: string, unit: string): string {
  const suffix = SUFFIX_OF_UNIT.get(unit);
  if (suffix !== undefined && name.endsWith(suffix)) return unit;
  // UCUM's 1 is the one unit without letters. An annotation cannot hold another: `{request}/s` becomes `{request/s}`.
  return unit === '1' ? '{ratio}' : `{${unit.replaceAll(/[{}]/g, '')}}`;
}
