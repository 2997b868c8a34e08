import { isClassicLabelName, isClassicMetricName } from '../exposition/classic-name.ts';
import type { Escaping } from '../negotiation/rendition.ts';

/**
 * A metric's name as the scheme that was negotiated writes it (Prometheus, "UTF-8 metric and label name escaping schemes").
 * Characters are Unicode code points, those of lone surrogates U+FFFD.
 *
 * In two things the document leaves a choice, and this is what Prometheus' own implementation does: a classic name is left as
 * it is by `values` too, and code points are written in lower case.
 */
export function escapeMetricName(name: string, escaping: Escaping): string {
  return escaping !== 'dots' && isClassicMetricName(name) ? name : escapeName(name, escaping, /^\d|[^a-zA-Z0-9:]/gu);
}

/** The same for a label, whose classic names have no `:`. */
export function escapeLabelName(name: string, escaping: Escaping): string {
  return escaping !== 'dots' && isClassicLabelName(name) ? name : escapeName(name, escaping, /^\d|[^a-zA-Z0-9]/gu);
}

/** @param special matches what is not simply copied */
function escapeName(name: string, escaping: Escaping, special: RegExp): string {
  const wellFormed = name.toWellFormed();
  switch (escaping) {
    case 'allow-utf-8':
      return wellFormed;
    case 'underscores':
      return wellFormed.replaceAll(special, '_');
    case 'dots':
      return wellFormed.replaceAll(special, (character) => DOTS[character] ?? '_');
    case 'values':
      return `U__${wellFormed.replaceAll(special, (character) => (character === '_' ? '__' : `_${hexOf(character)}_`))}`;
  }
}

const DOTS: Readonly<Record<string, string>> = { '.': '_dot_', _: '__' };

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
