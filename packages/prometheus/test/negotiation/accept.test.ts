import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JSON_RENDITION, negotiate } from '../../src/negotiation/accept.ts';
import { ESCAPINGS, FORMATS } from '../../src/negotiation/rendition.ts';
import { anyText, fc } from '../support/properties.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';
const TEXT_1 = 'text/plain; version=1.0.0; charset=utf-8; escaping=underscores';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores';
const OPEN_METRICS_UTF8 = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8';
const PROTOBUF =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores';
const ASKS_PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

const clients: readonly (readonly [client: string, accept: string | undefined, contentType: string])[] = [
  [
    'Prometheus 2.42',
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    OPEN_METRICS,
  ],
  [
    'Prometheus 2.42 with native histograms',
    `${ASKS_PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    PROTOBUF,
  ],
  [
    "Prometheus 2.49, and the collector's receiver",
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    OPEN_METRICS,
  ],
  [
    'Prometheus 2.55 with native histograms',
    `${ASKS_PROTOBUF};q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,application/openmetrics-text;version=0.0.1;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1`,
    PROTOBUF,
  ],
  [
    'Prometheus 3',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    OPEN_METRICS_UTF8,
  ],
  [
    'Prometheus 3.3, which asks for an escaping in all formats',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2',
    OPEN_METRICS_UTF8,
  ],
  [
    'Prometheus 3 with native histograms',
    `${ASKS_PROTOBUF};q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2`,
    PROTOBUF,
  ],
  [
    "the guidelines' example, with its slips",
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1',
    OPEN_METRICS_UTF8,
  ],
  ['VictoriaMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', TEXT],
  ['curl', '*/*', TEXT],
  [
    'a browser',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
    TEXT,
  ],
  ['a script', 'application/json', 'application/json; charset=utf-8'],
  ['a client that does not say', undefined, TEXT],
];

for (const [client, accept, contentType] of clients) {
  test(`E23, E24, E25: ${client} is answered with ${contentType}`, () => {
    assert.equal(negotiate(accept).contentType, contentType);
  });
}

const headers: readonly (readonly [rule: string, accept: string, contentType: string])[] = [
  ['an empty header asks for nothing', '', TEXT],
  ['what we do not have is answered with text', 'image/png', TEXT],
  ['text of no version is 0.0.4', 'text/plain', TEXT],
  ['text 1.0.0 is asked for by its version', 'text/plain;version=1.0.0', TEXT_1],
  ['an unknown version is not ours', 'text/plain;version=2.0.0, application/json;q=0.1', JSON_RENDITION.contentType],
  ['OpenMetrics 0.0.1 is not ours', 'application/openmetrics-text;version=0.0.1,text/plain;q=0.5', TEXT],
  ['OpenMetrics of no version is 1.0.0', 'application/openmetrics-text', OPEN_METRICS],
  ['protobuf of no message is the one there is', 'application/vnd.google.protobuf', PROTOBUF],
  ['another message is not ours', 'application/vnd.google.protobuf;proto=a.B,*/*;q=0.1', TEXT],
  ['protobuf that is not delimited is not ours', `${ASKS_PROTOBUF.replace('delimited', 'text')},*/*;q=0.1`, TEXT],
  ['the higher weight wins', 'text/plain;q=0.3,application/openmetrics-text;q=0.4', OPEN_METRICS],
  ['weights of many digits are compared', 'text/plain;q=0.3333,application/openmetrics-text;q=0.3334', OPEN_METRICS],
  ['a weight of 0 excludes', 'text/plain;q=0,*/*;q=0.1', OPEN_METRICS],
  ['if all is excluded, it is text all the same', '*/*;q=0', TEXT],
  [
    'the most specific entry counts',
    'application/openmetrics-text;q=0.2,application/*;q=0.9,text/plain;q=0.5',
    JSON_RENDITION.contentType,
  ],
  ['of equal weights the first wins', 'application/openmetrics-text,text/plain', OPEN_METRICS],
  ['of equal weights, names go before ranges', '*/*,application/openmetrics-text', OPEN_METRICS],
  ['text is preferred in a range', 'text/*', TEXT],
  ['a range of applications is OpenMetrics', 'application/*', OPEN_METRICS],
  [
    'case, order, spaces and quotes do not matter',
    ' Application/OpenMetrics-Text ; Q="1.0" ; ESCAPING="values" ; Version="1.0.0" ',
    OPEN_METRICS.replace('underscores', 'values'),
  ],
  ['separators may stand in quotes', 'image/png;a=",;\\",",application/openmetrics-text', OPEN_METRICS],
  ['other parameters do not matter', 'text/plain;charset=utf-8;version=1.0.0', TEXT_1],
  ['an unknown escaping is underscores', 'application/openmetrics-text;escaping=none', OPEN_METRICS],
  ['an escaping is its own entry’s', 'text/plain;escaping=dots;q=0.5,application/openmetrics-text', OPEN_METRICS],
  [
    'text 0.0.4 is escaped as it is asked for',
    'text/plain;version=0.0.4;escaping=dots',
    TEXT.replace('underscores', 'dots'),
  ],
  [
    'protobuf is escaped as it is asked for',
    `${ASKS_PROTOBUF};escaping=values`,
    PROTOBUF.replace('underscores', 'values'),
  ],
];

for (const [rule, accept, contentType] of headers) {
  test(`E24: ${rule}`, () => {
    assert.equal(negotiate(accept).contentType, contentType);
  });
}

const malformed = [
  'openmetrics',
  'application/',
  '/json',
  '*/json',
  'application/json;q=2',
  'application/json;q=x',
  'application/json;version',
  'application/json;=1',
  'application/json;a="',
  'application/json;a=b c',
  'application/json/json',
  'appl ication/json',
  'application/json;q=-1',
  'application/json;q=.',
];

for (const entry of malformed) {
  test(`E24: an entry ${entry} is left out`, () => {
    assert.equal(negotiate(entry).contentType, TEXT);
  });
}

test('E24: whatever the header, the answer is one of ours', () => {
  const token = fc.constantFrom(
    'text/plain',
    'application/json',
    'application/openmetrics-text',
    '*/*',
    ';',
    ',',
    '=',
    '"',
    '\\',
    'q',
    '0.5',
    'version',
    'escaping',
    '1.0.0',
    'dots',
    ' ',
  );
  const header = fc.array(fc.oneof(token, anyText)).map((parts) => parts.join(''));
  fc.assert(
    fc.property(header, (accept) => {
      const { format, escaping, contentType } = negotiate(accept);
      assert.ok(FORMATS.includes(format) && ESCAPINGS.includes(escaping));
      assert.match(contentType, /^[a-zA-Z0-9/;=. -]+$/);
    }),
    { numRuns: 2000 },
  );
});

test('E24: equal answers are the same object', () => {
  assert.equal(negotiate('text/plain'), negotiate(undefined));
});

test('E24: a hostile header takes no longer than its length', () => {
  const hostile = ['*/*,', '"', '\\"', 'a/b;', ';q="\\', 'text/plain;q=0.', '0', ' ', 'application/json;a="b",'];
  for (const part of hostile) {
    const accept = part.repeat(1_000_000 / part.length);
    const started = performance.now();
    negotiate(accept);
    // It takes a tenth of that; if it were quadratic, minutes.
    assert.ok(performance.now() - started < 5000);
  }
});
