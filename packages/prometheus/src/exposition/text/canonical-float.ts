/**
 * A number as OpenMetrics wants it in a label, so that one number is one text (OpenMetrics 1.0, "Considerations: Canonical
 * Numbers"): with a point or an exponent, an exponent of two digits at least, and only from a million on or below 0.0001.
 */
export function canonicalFloat(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 6)) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
