/**
 * Reads the Prometheus text format, version 0.0.4:
 *
 *     # TYPE name type
 *     name{label="value",…} value
 *
 * (The npm packages that read it merge the series of a labelled histogram into one.)
 */

/** One line of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A whole scrape. */
export interface Scrape {
  /** The type of each metric family, by its name. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

const SAMPLE = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)(?: -?\d+)?$/;
const LABEL = /(?<name>[a-zA-Z_]\w*)="(?<value>(?:[^"\\]|\\.)*)",?/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** Reads a scrape; throws on a line that is not of the format. */
export function parsePrometheusText(text: string): Scrape {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, family, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) types.set(family, type);
    else if (line !== '' && !line.startsWith('#')) samples.push(sampleOf(line));
  }
  return { types, samples };
}

function sampleOf(line: string): Sample {
  const { name, labels = '', value } = SAMPLE.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) throw new SyntaxError(`not a line of Prometheus text: ${line}`);
  const pairs = [...labels.matchAll(LABEL)].map(({ groups = {} }) => [groups['name'], unescape(groups['value'] ?? '')]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: numberOf(value) };
}

function unescape(value: string): string {
  return value.replace(/\\(.)/g, (whole, character: string) => ESCAPES[character] ?? whole);
}

function numberOf(text: string): number {
  return Number(text.replace(/Inf$/, 'Infinity'));
}
