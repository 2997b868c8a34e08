import { checkHistogram, histogramsIn, toBound } from './histogram-rules.ts';
import { linesOf, LineScanner, unescape, type LineSyntax } from './line-scanner.ts';
import { keyOfLabels, type ParsedExemplar, type ParsedFamily, type ParsedSample } from './parsed-family.ts';

interface Growing extends ParsedFamily {
  help: string | undefined;
  unit: string | undefined;
  readonly samples: ParsedSample[];
}

/** What samples have behind the family's name (OpenMetrics 1.0, "Suffixes"). */
const SUFFIXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['counter', ['_total', '_created']],
  ['gauge', ['']],
  ['histogram', ['_bucket', '_sum', '_count', '_created']],
  ['info', ['_info']],
]);

const HELP = /^(?:[^"\\\n]|\\[n"\\])*$/;

/**
 * Reads a body in OpenMetrics 1.0 by the specification's grammar, with quoted names where they were asked for, and throws for
 * what it says MUST NOT be, and for metadata out of the order that it recommends.
 */
export function parseOpenMetrics(body: Uint8Array, syntax: LineSyntax): readonly ParsedFamily[] {
  const lines = linesOf(body);
  if (lines.pop() !== '# EOF') throw new SyntaxError('the last line is not # EOF');
  const families = new Map<string, Growing>();
  const names = new Map<string, Growing>();
  let open: Growing | undefined;
  for (const line of lines) {
    const scanner = new LineScanner(line, syntax);
    if (scanner.take('# TYPE ')) open = begin(scanner);
    else if (open === undefined) scanner.fail('there is no family yet');
    else if (scanner.take('# UNIT ')) open.unit = unitOf(scanner, open);
    else if (scanner.take('# HELP ')) open.help = helpOf(scanner, open);
    else open.samples.push(sampleOf(scanner, open));
  }
  for (const family of families.values()) checkFamily(family);
  return [...families.values()];

  function begin(scanner: LineScanner): Growing {
    const name = scanner.metricName();
    scanner.expect(' ');
    const family: Growing = { name, type: scanner.rest(), help: undefined, unit: undefined, samples: [] };
    const suffixes = SUFFIXES.get(family.type);
    if (suffixes === undefined) return scanner.fail(`${family.type} is no type`);
    if (families.has(name)) scanner.fail(`${name} was there before`);
    families.set(name, family);
    for (const each of new Set(['', ...suffixes])) {
      const owner = names.get(name + each);
      if (owner !== undefined) scanner.fail(`${name + each} is of the ${owner.type} ${owner.name} already`);
      names.set(name + each, family);
    }
    return family;
  }
}

function unitOf(scanner: LineScanner, { name, type, unit, help, samples }: Growing): string {
  if (scanner.metricName() !== name) scanner.fail(`the unit is not that of ${name}`);
  scanner.expect(' ');
  const text = scanner.rest();
  if (unit !== undefined || help !== undefined || samples.length > 0)
    scanner.fail('the unit has its place after the type');
  if (!/^[a-zA-Z0-9_:]+$/.test(text)) scanner.fail('the unit has characters that units have not');
  if (!name.endsWith(`_${text}`)) scanner.fail(`${name} does not end in its unit`);
  if (type === 'info') scanner.fail('an info has no unit');
  return text;
}

function helpOf(scanner: LineScanner, { name, help, samples }: Growing): string {
  if (scanner.metricName() !== name) scanner.fail(`the help is not that of ${name}`);
  scanner.expect(' ');
  if (help !== undefined || samples.length > 0) scanner.fail('the help has its place before samples, once');
  const text = scanner.rest();
  if (!HELP.test(text)) scanner.fail('the help has an escape that there is not, or lacks one');
  return unescape(text);
}

function sampleOf(scanner: LineScanner, family: Growing): ParsedSample {
  const { name, labels } = scanner.series();
  scanner.expect(' ');
  const value = scanner.number();
  const exemplar = scanner.isAtEnd() ? undefined : exemplarOf(scanner);
  const suffix = name.startsWith(family.name) ? name.slice(family.name.length) : undefined;
  if (suffix === undefined || SUFFIXES.get(family.type)?.includes(suffix) !== true) {
    scanner.fail(`${name} is no sample of the ${family.type} ${family.name}`);
  }
  if (exemplar !== undefined && suffix !== '_total' && suffix !== '_bucket') scanner.fail(`${suffix} has no exemplars`);
  return { name, labels, value, exemplar };
}

function exemplarOf(scanner: LineScanner): ParsedExemplar {
  scanner.expect(' # ');
  const labels = scanner.labels();
  const characters = [...labels].flat().reduce((sum, text) => sum + Array.from(text).length, 0);
  if (characters > 128) scanner.fail(`the labels of the exemplar have ${characters} characters`);
  scanner.expect(' ');
  const value = scanner.number();
  const seconds = scanner.take(' ') ? scanner.number() : undefined;
  if (!scanner.isAtEnd()) scanner.fail('there is more');
  return { labels, value, seconds };
}

function checkFamily(family: Growing): void {
  const { name, type, samples } = family;
  if (samples.length === 0) throw new SyntaxError(`${name} has no samples`);
  const seen = new Set(samples.map((sample) => sample.name + keyOfLabels(sample.labels)));
  if (seen.size !== samples.length) throw new SyntaxError(`${name} has the same series twice`);
  if (type === 'counter') checkCounters(family);
  if (type === 'info' && samples.some(({ value }) => value !== 1)) throw new SyntaxError(`${name} is not 1`);
  if (type === 'histogram') checkHistograms(family);
}

/** Each has its total and, if at all, right after it when it was created. */
function checkCounters({ name, samples }: Growing): void {
  for (const [position, { name: sample, labels, value }] of samples.entries()) {
    if (sample === `${name}_total`) {
      if (!(value >= 0)) throw new SyntaxError(`the counter ${name} is ${value}`);
      continue;
    }
    const total = samples[position - 1];
    const isOfTotal = total?.name === `${name}_total` && keyOfLabels(total.labels) === keyOfLabels(labels);
    if (!isOfTotal) throw new SyntaxError(`${sample} does not follow its total`);
  }
}

function checkHistograms(family: Growing): void {
  const { name } = family;
  for (const histogram of histogramsIn(family)) {
    checkHistogram(name, histogram);
    const { buckets, sum, count } = histogram;
    if ((sum === undefined) !== (count === undefined)) throw new SyntaxError(`${name} has one of sum and count`);
    if (sum !== undefined && !(sum >= 0)) throw new SyntaxError(`the sum of ${name} is ${sum}`);
    let before = -Infinity;
    for (const { labels, value, exemplar } of buckets) {
      const text = labels.get('le') ?? '';
      const bound = toBound(text);
      if (!Number.isInteger(value)) throw new SyntaxError(`${name} counts ${value} up to ${text}`);
      if (text !== canonical(bound)) throw new SyntaxError(`${name}: le="${text}" is ${canonical(bound)}`);
      if (bound < 0 && sum !== undefined) throw new SyntaxError(`${name} has a negative bucket, and a sum`);
      if (exemplar !== undefined && !(exemplar.value > before && exemplar.value <= bound)) {
        throw new SyntaxError(`${name}: an exemplar of ${exemplar.value} is in the bucket from ${before} to ${bound}`);
      }
      before = bound;
    }
  }
}

/** As the `%g` of C has it, and with a point (OpenMetrics 1.0, "Considerations: Canonical Numbers"). */
function canonical(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (value === 0 || (power >= -4 && power < 6)) return String(value).includes('.') ? String(value) : `${value}.0`;
  return `${mantissa}e${power < 0 ? '-' : '+'}${Math.abs(power) < 10 ? '0' : ''}${Math.abs(power)}`;
}
