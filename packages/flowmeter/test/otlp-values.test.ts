/** What is allowed in the OTLP variables arrives on the wire as it was meant. */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { REGISTER_FROM_SOURCE, runApp } from '../../../test/support/child-app.ts';
import { startRawCollector } from './support/raw-collector.ts';

const RECORD = `require('flowmeter/conveyor').recordRecordsReceived('s', 1);`;

describe('a variable for the OTLP push', () => {
  const CASES: readonly [variable: string, value: string, header: string, sent: string][] = [
    ['COMPRESSION', 'GZIP', 'content-encoding', 'gzip'],
    ['HEADERS', 'x-a=one;two=2', 'x-a', 'one;two=2'],
    ['HEADERS', 'x-a=one%20two%2C%3D', 'x-a', 'one two,='],
    ['METRICS_HEADERS', 'x-a = spaced , x-b=2', 'x-a', 'spaced'],
  ];
  for (const [variable, value, header, sent] of CASES) {
    it(`${variable}="${value}" is sent as ${header}: ${sent}`, async () => {
      await using collector = await startRawCollector();
      const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', RECORD], {
        env: {
          OTEL_METRICS_EXPORTER: 'otlp',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          [`OTEL_EXPORTER_OTLP_${variable}`]: value,
        },
      });
      strictEqual(collector.requests[0]?.headers[header], sent);
      strictEqual(stderr.length, 1, stderr.join('\n'));
    });
  }

  it('TIMEOUT=0 is no limit, and nothing is said about it', async () => {
    await using collector = await startRawCollector();
    const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', RECORD], {
      env: {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_TIMEOUT: '0',
      },
    });
    deepStrictEqual([collector.requests.length, stderr.length], [1, 1], stderr.join('\n'));
  });

  for (const headers of ['x a=1', 'x-a=', 'x-a=%E2%82%AC', 'x-a=1%0A2']) {
    it(`HEADERS="${headers}", which HTTP cannot carry, is told with the variable's name, and its value is not shown`, async () => {
      await using collector = await startRawCollector();
      const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', RECORD], {
        env: {
          OTEL_METRICS_EXPORTER: 'otlp',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_OTLP_HEADERS: headers,
        },
      });
      strictEqual(
        stderr[0],
        'flowmeter: OTEL_EXPORTER_OTLP_HEADERS is "(not shown)"; allowed is a list name=value,name=value of HTTP headers with percent-encoded values; left out',
      );
      strictEqual(stderr.length, 2);
      strictEqual(collector.requests.length, 1);
    });
  }
});

it('a collector whose answers cannot be read costs one line, not one for each push', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ngarbage!!'));
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { stderr } = await runApp([...REGISTER_FROM_SOURCE, '-e', `${RECORD} setTimeout(() => {}, 1000)`], {
      env: {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://localhost:${port}`,
        OTEL_METRIC_EXPORT_INTERVAL: '200',
      },
    });
    const complaints = stderr.filter((line) => line.includes('its answer is not OTLP'));
    strictEqual(complaints.length, 1, stderr.join('\n'));
  } finally {
    server.close();
  }
});
