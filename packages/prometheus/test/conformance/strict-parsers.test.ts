import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOpenMetrics } from './support/open-metrics-parser.ts';
import { parseText } from './support/text-parser.ts';

const classic = { allowsUtf8: false };
const utf8 = { allowsUtf8: true };

const openMetrics = (text: string) => parseOpenMetrics(Buffer.from(text), classic);
const text = (body: string) => parseText(Buffer.from(body), classic);

test('OpenMetrics: a body is read as it stands', () => {
  const [counter, histogram] = openMetrics(
    [
      '# TYPE a_seconds counter',
      '# UNIT a_seconds seconds',
      '# HELP a_seconds x \\"y\\" \\\\ \\n',
      'a_seconds_total{b="\\"\\\\\\n"} 1.5e+03 # {trace_id="1"} -2 3.25',
      'a_seconds_created{b="\\"\\\\\\n"} 1',
      '# TYPE h histogram',
      'h_bucket{le="1e+06"} 1',
      'h_bucket{le="+Inf"} 2',
      'h_sum 3',
      'h_count 2',
      '# EOF',
      '',
    ].join('\n'),
  );
  assert.deepEqual([counter?.name, counter?.type, counter?.unit], ['a_seconds', 'counter', 'seconds']);
  assert.equal(counter?.help, 'x "y" \\ \n');
  const sample = counter?.samples[0];
  assert.deepEqual([...(sample?.labels ?? [])], [['b', '"\\\n']]);
  assert.equal(sample?.value, 1500);
  assert.deepEqual(sample?.exemplar, { labels: new Map([['trace_id', '1']]), value: -2, seconds: 3.25 });
  assert.equal(histogram?.samples.length, 4);
});

test('names in UTF-8 are read where they were asked for', () => {
  const body = '# TYPE "a.b" gauge\n{"a.b"} 1\n{"a.b",c="d","é"="f"} 2\n';
  const [family] = parseText(Buffer.from(body), utf8);
  assert.equal(family?.name, 'a.b');
  assert.deepEqual(
    family?.samples.map(({ labels }) => [...labels]),
    [
      [],
      [
        ['c', 'd'],
        ['é', 'f'],
      ],
    ],
  );
  assert.equal(parseOpenMetrics(Buffer.from(`${body}# EOF\n`), utf8)[0]?.name, 'a.b');
  assert.throws(() => parseText(Buffer.from(body), classic), SyntaxError);
});

const GAUGE = '# TYPE a gauge\n';
const COUNTER = '# TYPE a counter\n';
const HISTOGRAM = '# TYPE a histogram\n';

for (const [what, body] of [
  ['no # EOF', `${GAUGE}a 1\n`],
  ['# EOF without its end', `${GAUGE}a 1\n# EOF`],
  ['something after # EOF', '# EOF\n# EOF\n'],
  ['an empty line', `${GAUGE}a 1\n\n# EOF\n`],
  ['a sample before any type', 'a 1\n# EOF\n'],
  ['a family without samples', `${GAUGE}# EOF\n`],
  ['a family that comes again', `${GAUGE}a 1\n# TYPE b gauge\nb 1\n${GAUGE}a{b="c"} 1\n# EOF\n`],
  ['a sample of another family', `${GAUGE}a 1\nb 1\n# EOF\n`],
  ['an unknown type', '# TYPE a untyped\na 1\n# EOF\n'],
  ['a help that comes before the type', `# HELP a b\n${GAUGE}a 1\n# EOF\n`],
  ['a help that comes twice', `${GAUGE}# HELP a b\n# HELP a b\na 1\n# EOF\n`],
  ['a help after samples', `${GAUGE}a 1\n# HELP a b\n# EOF\n`],
  ['a quote in the help', `${GAUGE}# HELP a "\na 1\n# EOF\n`],
  ['a unit after the help', '# TYPE a_b gauge\n# HELP a_b c\n# UNIT a_b b\na_b 1\n# EOF\n'],
  ['a unit that is not in the name', `${GAUGE}# UNIT a b\na 1\n# EOF\n`],
  ['a counter without _total', `${COUNTER}a 1\n# EOF\n`],
  ['a negative counter', `${COUNTER}a_total -1\n# EOF\n`],
  ['_created without _total', `${COUNTER}a_created 1\n# EOF\n`],
  ['a name that is another family, with a suffix', `${COUNTER}a_total 1\n# TYPE a_created gauge\na_created 1\n# EOF\n`],
  ['a gauge with an exemplar', `${GAUGE}a 1 # {} 1\n# EOF\n`],
  ['_created with an exemplar', `${COUNTER}a_total 1\na_created 1 # {} 1\n# EOF\n`],
  ['129 characters in an exemplar', `${COUNTER}a_total 1 # {b="${'é'.repeat(128)}"} 1\n# EOF\n`],
  ['two spaces', `${GAUGE}a  1\n# EOF\n`],
  ['a comma at the end', `${GAUGE}a{b="c",} 1\n# EOF\n`],
  ['a label twice', `${GAUGE}a{b="c",b="d"} 1\n# EOF\n`],
  ['a label of Prometheus', `${GAUGE}a{__name__="b"} 1\n# EOF\n`],
  ['a label that begins with a digit', `${GAUGE}a{1b="c"} 1\n# EOF\n`],
  ['an escape that there is not', `${GAUGE}a{b="\\t"} 1\n# EOF\n`],
  ['the same series twice', `${GAUGE}a 1\na 2\n# EOF\n`],
  ['the same series twice, to Prometheus', `${GAUGE}a{b=""} 1\na 2\n# EOF\n`],
  ['a number in words', `${GAUGE}a one\n# EOF\n`],
  ['a time stamp', `${GAUGE}a 1 1\n# EOF\n`],
  ['no bucket +Inf', `${HISTOGRAM}a_bucket{le="1.0"} 1\n# EOF\n`],
  ['buckets that descend', `${HISTOGRAM}a_bucket{le="2.0"} 1\na_bucket{le="1.0"} 1\na_bucket{le="+Inf"} 1\n# EOF\n`],
  ['counts that descend', `${HISTOGRAM}a_bucket{le="1.0"} 2\na_bucket{le="+Inf"} 1\n# EOF\n`],
  ['a boundary that is not canonical', `${HISTOGRAM}a_bucket{le="1"} 1\na_bucket{le="+Inf"} 1\n# EOF\n`],
  ['a sum without a count', `${HISTOGRAM}a_bucket{le="+Inf"} 1\na_sum 1\n# EOF\n`],
  ['a count that is another', `${HISTOGRAM}a_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n# EOF\n`],
  [
    'a negative bucket and a sum',
    `${HISTOGRAM}a_bucket{le="-1.0"} 0\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n`,
  ],
  ['an exemplar of another bucket', `${HISTOGRAM}a_bucket{le="1.0"} 1 # {} 2\na_bucket{le="+Inf"} 1\n# EOF\n`],
  ['half a count', `${HISTOGRAM}a_bucket{le="+Inf"} 0.5\n# EOF\n`],
  [
    'histograms that are mixed up',
    `${HISTOGRAM}a_bucket{le="+Inf"} 1\na_bucket{b="c",le="+Inf"} 1\na_sum 1\na_count 1\n# EOF\n`,
  ],
  ['an info that is not 1', '# TYPE a info\na_info 2\n# EOF\n'],
] as const) {
  test(`OpenMetrics: refused is ${what}`, () => {
    assert.throws(() => openMetrics(body), SyntaxError);
  });
}

for (const [what, body] of [
  ['a last line without its end', `${GAUGE}a 1`],
  ['a sample without a type', 'a 1\n'],
  ['a type twice', `${GAUGE}${GAUGE}a 1\n`],
  ['a type after samples', `${GAUGE}a 1\n${GAUGE}`],
  ['a help after the type', `${GAUGE}# HELP a b\na 1\n`],
  ['an escape in the help that there is not', `# HELP a \\"\n${GAUGE}a 1\n`],
  ['a family that comes again', `${GAUGE}a 1\n# TYPE b gauge\nb 1\na{c="d"} 1\n`],
  ['the same series twice', `${GAUGE}a{b="c",d="e"} 1\na{d="e",b="c"} 1\n`],
  [
    'a sample that two families have',
    `${HISTOGRAM}a_bucket{le="+Inf"} 1\na_count 1\n# TYPE a_count gauge\na_count 1\n`,
  ],
  ['a histogram without a count', `${HISTOGRAM}a_bucket{le="+Inf"} 1\n`],
  ['an exemplar', `${COUNTER}a 1 # {} 1\n`],
  ['a type of OpenMetrics', '# TYPE a info\na 1\n'],
] as const) {
  test(`text: refused is ${what}`, () => {
    assert.throws(() => text(body), SyntaxError);
  });
}

test('bytes that are not UTF-8 are refused', () => {
  const body = Buffer.from(`${GAUGE}a{b="\u00FF"} 1\n`, 'latin1');
  assert.throws(() => parseText(body, classic), TypeError);
});
