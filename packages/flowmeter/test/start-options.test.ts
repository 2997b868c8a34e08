/** Options that are not options, or not of their type: a program is told, before anything is started. */
import { rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { start, type StartOptions } from 'flowmeter';

const REFUSED: readonly [options: unknown, message: RegExp][] = [
  [null, /^flowmeter: start\(\): options is an object|options is null; allowed is an object$/],
  ['otlp', /options is "otlp"; allowed is an object$/],
  [{ prometheus: null }, /prometheus is null; allowed is an object$/],
  [{ prometheus: { prot: 1 } }, /prometheus\.prot is no option; there are host, port, /],
  [{ port: 1 }, /port is no option; there are serviceName, resourceAttributes,/],
  [{ prometheus: { port: '9464' } }, /prometheus\.port is "9464"; allowed is a number$/],
  [{ prometheus: { port: 9464n } }, /prometheus\.port is 9464; allowed is a number$/],
  [{ prometheus: { host: () => 'localhost' } }, /prometheus\.host is a function; allowed is a string/],
  [{ exporters: 'prometheus' }, /exporters is "prometheus"; allowed is a list of strings$/],
  [{ resourceDetectors: ['host', 1] }, /resourceDetectors is an object; allowed is a list of strings$/],
  [{ serviceName: '' }, /serviceName is ""; allowed is a string that is not empty$/],
  [{ otlp: { endpoint: ' ' } }, /otlp\.endpoint is " "; allowed is a string that is not empty$/],
  [{ otlp: { headers: 'a=b' } }, /otlp\.headers is "a=b"; allowed is an object whose values are strings$/],
  [
    { otlp: { headers: { a: '\ud800' } } },
    /otlp\.headers is an object; allowed is an object whose values are strings$/,
  ],
  [{ resourceAttributes: { a: 1 } }, /resourceAttributes is an object; allowed is an object whose values are strings$/],
];

for (const [options, message] of REFUSED) {
  test(`start(${inspect(options)}) is refused with what is allowed`, async () => {
    await rejects(start(options as StartOptions), { name: 'TypeError', message });
  });
}
