import { ENCODERS } from './compression.ts';

/** How a body is coded (RFC 9110, 8.4.1). */
export type ContentCoding = 'identity' | 'gzip' | 'zstd';

/**
 * The coding of an answer by `Accept-Encoding` (RFC 9110, 12.5.3): the one with the highest weight; of equal ones zstd,
 * which takes half the time of gzip, then gzip, then none.
 *
 * @param isWorthwhile whether the body gains by compression; if not it is only compressed for a client that takes nothing else
 * @returns `undefined` if nothing that there is would be accepted
 */
export function codingFor(header: string | undefined, isWorthwhile: boolean): ContentCoding | undefined {
  const weights = weightsOf(header ?? '');
  const anyOther = weights.get('*');
  const identity = weights.get('identity') ?? anyOther;
  if (!isWorthwhile && identity !== 0) return 'identity';
  const candidates: readonly (readonly [ContentCoding, number])[] = [
    ['zstd', ENCODERS.zstd === undefined ? 0 : (weights.get('zstd') ?? 0)],
    // Whoever takes anything is given what everybody can read.
    ['gzip', weights.get('gzip') ?? weights.get('x-gzip') ?? anyOther ?? 0],
    // Always accepted unless it is ruled out, and least wanted unless it is asked for.
    ['identity', identity ?? Number.MIN_VALUE],
  ];
  let [best, most]: readonly [ContentCoding | undefined, number] = [undefined, 0];
  for (const [coding, weight] of candidates) {
    if (weight > most) [best, most] = [coding, weight];
  }
  return best;
}

/** By coding in lower case. What cannot be read is as if it were not there. */
function weightsOf(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const element of header.toLowerCase().split(',')) {
    const [, coding, weight = '1'] = ELEMENT.exec(element) ?? [];
    if (coding !== undefined) weights.set(coding, Number(weight));
  }
  return weights;
}

const ELEMENT = /^\s*([\w*.+-]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/;
