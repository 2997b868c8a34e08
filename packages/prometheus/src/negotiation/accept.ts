/**
 * Which form a scraper is answered in (Prometheus, "Scrape protocol content negotiation"): the one that its `Accept` header
 * wants most of those that we have; if it wants none, text 0.0.4 with underscores.
 */
import { parseMediaRanges, type MediaRange } from './media-ranges.ts';
import { ESCAPINGS, type Escaping, type Format, type Rendition } from './rendition.ts';

interface Offer {
  readonly type: string;
  readonly subtype: string;
  /** Those that an entry must not contradict. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly renditions: Readonly<Record<Escaping, Rendition>>;
}

/** For people and scripts, whatever the scraper's header says: names are not escaped, since JSON can hold any. */
export const JSON_RENDITION: Rendition = {
  format: 'json',
  escaping: 'allow-utf-8',
  contentType: 'application/json; charset=utf-8',
};

const TEXT = offer('text', 'text', 'plain', { version: '0.0.4' }, 'version=0.0.4; charset=utf-8');

/** The first is preferred where a scraper has no preference. */
const OFFERS: readonly Offer[] = [
  TEXT,
  // The same text, to those who ask for it by its version.
  offer('text', 'text', 'plain', { version: '1.0.0' }, 'version=1.0.0; charset=utf-8'),
  // Version 0.0.1 was a draft: who knows nothing newer gets what else it takes.
  offer('openmetrics', 'application', 'openmetrics-text', { version: '1.0.0' }, 'version=1.0.0; charset=utf-8'),
  {
    type: 'application',
    subtype: 'json',
    parameters: {},
    renditions: byEscaping(() => JSON_RENDITION),
  },
  offer(
    'protobuf',
    'application',
    'vnd.google.protobuf',
    { proto: 'io.prometheus.client.metricfamily', encoding: 'delimited' },
    'proto=io.prometheus.client.MetricFamily; encoding=delimited',
  ),
];

const NAMES_OF_ESCAPINGS: ReadonlyMap<string, Escaping> = new Map<string, Escaping>([
  ...ESCAPINGS.map((escaping) => [escaping, escaping] as const),
  // So it stands in the document on negotiation.
  ['allow-utf8', 'allow-utf-8'],
]);

/**
 * The answer to a request with this `Accept` header. Equal answers are the same object.
 *
 * Each form is wanted as much as the most specific entry that it fits says (RFC 9110, section 12.5.1). Of forms that are wanted
 * equally, one that is named goes before one that only fits a range such as `text/*`, an earlier entry before a later one, and
 * text before OpenMetrics, JSON and protobuf. The escaping is the entry's own; one that is missing or unknown is `underscores`.
 */
export function negotiate(accept: string | undefined): Rendition {
  const ranges = parseMediaRanges(accept ?? '');
  let chosen: { readonly offer: Offer; readonly wish: Wish } | undefined;
  for (const candidate of OFFERS) {
    const wish = wishFor(candidate, ranges);
    if (wish === undefined || wish.range.quality === 0) continue;
    if (chosen === undefined || isStronger(wish, chosen.wish)) chosen = { offer: candidate, wish };
  }
  const { offer: answer, wish } = chosen ?? { offer: TEXT, wish: undefined };
  return answer.renditions[NAMES_OF_ESCAPINGS.get(wish?.range.parameters.get('escaping') ?? '') ?? 'underscores'];
}

/** What the header says of a form. */
interface Wish {
  readonly range: MediaRange;
  readonly position: number;
  /** How closely it is described: 0 for `*\/*`, 1 for a type, 2 for its very name, and more for what else is said of it. */
  readonly specificity: number;
}

function wishFor(candidate: Offer, ranges: readonly MediaRange[]): Wish | undefined {
  let best: Wish | undefined;
  for (const [position, range] of ranges.entries()) {
    const specificity = specificityOf(range, candidate);
    if (specificity === undefined) continue;
    const isCloser = best === undefined || specificity > best.specificity;
    if (isCloser || (specificity === best?.specificity && range.quality > best.range.quality)) {
      best = { range, position, specificity };
    }
  }
  return best;
}

/** `undefined` if the form is not in the range. */
function specificityOf({ type, subtype, parameters }: MediaRange, candidate: Offer): number | undefined {
  if (type === '*') return 0;
  if (type !== candidate.type) return undefined;
  if (subtype === '*') return 1;
  if (subtype !== candidate.subtype) return undefined;
  let specificity = 2;
  for (const [name, value] of Object.entries(candidate.parameters)) {
    const given = parameters.get(name);
    if (given !== undefined && given !== value) return undefined;
    if (given !== undefined) specificity += 1;
  }
  return specificity;
}

function isStronger(wish: Wish, than: Wish): boolean {
  if (wish.range.quality !== than.range.quality) return wish.range.quality > than.range.quality;
  const isNamed = wish.specificity >= 2;
  if (isNamed !== than.specificity >= 2) return isNamed;
  return wish.position < than.position;
}

function offer(
  format: Format,
  type: string,
  subtype: string,
  parameters: Readonly<Record<string, string>>,
  written: string,
): Offer {
  const renditions = byEscaping((escaping) => ({
    format,
    escaping,
    contentType: `${type}/${subtype}; ${written}; escaping=${escaping}`,
  }));
  return { type, subtype, parameters, renditions };
}

function byEscaping(toRendition: (escaping: Escaping) => Rendition): Readonly<Record<Escaping, Rendition>> {
  return {
    underscores: toRendition('underscores'),
    dots: toRendition('dots'),
    values: toRendition('values'),
    'allow-utf-8': toRendition('allow-utf-8'),
  };
}
