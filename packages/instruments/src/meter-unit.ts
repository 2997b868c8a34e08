/** The UCUM units that a translation to Prometheus spells out, with the words it appends for them. */
const SUFFIX_OF_UNIT: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes', '1': '_ratio' };

/** The annotation that stands for the unit where UCUM has no letters to put in braces. */
const ANNOTATION_OF_UNIT: Readonly<Record<string, string>> = { '1': '{ratio}' };

/**
 * The unit to create an instrument with, such that no translator changes the instrument's name: the true unit when
 * the name already ends in the word that would be appended, otherwise an annotation in braces, which every
 * translator drops (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", "Instrument units").
 *
 * @param name the instrument's name, without `_total`
 * @param unit its true UCUM unit
 */
export function meterUnit(name: string, unit: string): string {
  if (unit.startsWith('{')) return unit;
  const suffix = SUFFIX_OF_UNIT[unit];
  if (suffix !== undefined && name.endsWith(suffix)) return unit;
  return ANNOTATION_OF_UNIT[unit] ?? `{${unit}}`;
}
