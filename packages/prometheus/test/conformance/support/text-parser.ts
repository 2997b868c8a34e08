import { checkHistogram, histogramsIn } from './histogram-rules.ts';
import { linesOf, LineScanner, unescape, type LineSyntax } from './line-scanner.ts';
import { keyOfLabels, type ParsedFamily, type ParsedSample } from './parsed-family.ts';

interface Growing extends ParsedFamily {
  type: string;
  readonly samples: ParsedSample[];
}

/**
 * Reads a body in Prometheus' text format, 0.0.4 or with quoted names 1.0.0, and throws for what Prometheus would refuse, drop
 * or have to guess: each family has a type before its samples, comes once, and has no two samples of one name and one set of
 * labels. There are no timestamps.
 */
export function parseText(body: Uint8Array, syntax: LineSyntax): readonly ParsedFamily[] {
  const families = new Map<string, Growing>();
  const owners = new Map<string, string>();
  let open: Growing | undefined;
  for (const line of linesOf(body)) {
    const scanner = new LineScanner(line, syntax);
    if (scanner.take('# HELP ')) {
      const name = scanner.metricName();
      if (families.has(name)) scanner.fail(`${name} was there before`);
      scanner.expect(' ');
      open = begin(name, helpOf(scanner));
    } else if (scanner.take('# TYPE ')) {
      const name = scanner.metricName();
      const family: Growing = open?.name === name && open.type === '' ? open : begin(name, undefined);
      if (families.get(name) !== family) scanner.fail(`${name} was there before`);
      scanner.expect(' ');
      family.type = scanner.rest();
      if (!SAMPLES.has(family.type)) scanner.fail(`${family.type} is no type`);
      open = family;
    } else {
      const { name, labels } = scanner.series();
      scanner.expect(' ');
      const value = scanner.number();
      if (!scanner.isAtEnd()) scanner.fail('there is more');
      if (open === undefined || owners.get(name) !== open.name) return scanner.fail(`${name} is not in the family`);
      open.samples.push({ name, labels, value, exemplar: undefined });
    }
    if (open !== undefined && open.type !== '') claim(open);
  }
  for (const family of families.values()) checkFamily(family);
  return [...families.values()];

  function begin(name: string, help: string | undefined): Growing {
    const family: Growing = { name, type: '', help, unit: undefined, samples: [] };
    if (!families.has(name)) families.set(name, family);
    return family;
  }

  function claim({ name, type }: Growing): void {
    for (const suffix of SAMPLES.get(type) ?? []) {
      const owner = owners.get(name + suffix);
      if (owner !== undefined && owner !== name)
        throw new SyntaxError(`${name + suffix} is of ${owner} and of ${name}`);
      owners.set(name + suffix, name);
    }
  }
}

/** What samples have behind the family's name. */
const SAMPLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['counter', ['']],
  ['gauge', ['']],
  ['histogram', ['_bucket', '_sum', '_count']],
]);

function helpOf(scanner: LineScanner): string {
  const help = scanner.rest();
  if (!/^(?:[^\\]|\\[\\n])*$/s.test(help)) scanner.fail('the help has an escape that there is not');
  return unescape(help);
}

function checkFamily(family: Growing): void {
  const { name, type, samples } = family;
  if (type === '') throw new SyntaxError(`${name} has no type`);
  if (samples.length === 0) throw new SyntaxError(`${name} has no samples`);
  const seen = new Set(samples.map((sample) => sample.name + keyOfLabels(sample.labels)));
  if (seen.size !== samples.length) throw new SyntaxError(`${name} has the same series twice`);
  if (type !== 'histogram') return;
  for (const histogram of histogramsIn(family)) {
    checkHistogram(name, histogram);
    if (histogram.count === undefined) throw new SyntaxError(`${name} has no count`);
  }
}
