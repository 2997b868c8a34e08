/**
 * Reads Prometheus text with a parser from npm. That one merges the label sets of a histogram, so the text is parsed
 * twice: for the families, and with the histograms' types taken out for the samples.
 */
import parsePrometheusTextFormat from 'parse-prometheus-text-format';

/** A metric family as its `# TYPE` and `# HELP` lines describe it. */
interface PrometheusFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
}

/** One line of numbers. */
export interface PrometheusSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape has brought. */
export interface PrometheusText {
  readonly families: readonly PrometheusFamily[];
  readonly samples: readonly PrometheusSample[];
  /** The value of the one sample with this name and these labels; throws when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
}

/** Scrapes an endpoint. */
export async function scrape(url: string): Promise<PrometheusText> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  return readPrometheusText(text);
}

/** Reads Prometheus text; throws where the parser would leave a line out. */
function readPrometheusText(text: string): PrometheusText {
  const families = parsePrometheusTextFormat(text)
    .filter(({ type }) => type !== 'UNTYPED')
    .map(({ name, type, help }) => ({ name, type: type.toLowerCase(), help }));
  const samples = parsePrometheusTextFormat(text.replaceAll(/^# TYPE \S+ histogram$/gm, '')).flatMap(
    ({ name, metrics }) => metrics.map(({ labels = {}, value }) => ({ name, labels, value: numberOf(value) })),
  );
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  // The parser merges samples with the same name and labels, of which there must be none.
  if (lines.length !== samples.length) throw new Error(`${lines.length} lines, but ${samples.length} series`);
  return {
    families,
    samples,
    value(name, labels = {}) {
      const wanted = keyOf(labels);
      const found = samples.find((sample) => sample.name === name && keyOf(sample.labels) === wanted);
      if (found === undefined) throw new Error(`no ${name}${wanted} among\n${lines.join('\n')}`);
      return found.value;
    },
  };
}

/** Labels as text, the same for the same labels in another order. */
export function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function numberOf(text: string | undefined): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (text === undefined || text.trim() === '') throw new Error('a sample without a value');
  return text === 'NaN' ? NaN : Number(text);
}
