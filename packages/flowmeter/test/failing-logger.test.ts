import { deepStrictEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { it } from 'node:test';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { createConveyor } from 'flowmeter/conveyor';
import { started } from './support/started.ts';
import { takeStderr } from './support/stderr-lines.ts';

it("a push that the collector has taken stays one, whatever the application's logger does when it is told of the answer", async (context) => {
  const { lines } = takeStderr(context);
  let told = 0;
  const fail = (): never => {
    told += 1;
    throw new Error('the logger is closed');
  };
  const ignore = (): void => {};
  const logger = { error: fail, warn: fail, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  context.after(() => diag.disable());
  let pushes = 0;
  const server = createServer((request, response) => {
    pushes += 1;
    request.resume();
    response.end('garbage!!');
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  await using handle = await started({
    exporters: ['otlp'],
    otlp: { endpoint: `http://localhost:${port}` },
    logLevel: 'warn',
  });
  createConveyor().recordRecordsReceived('s', 1);
  await handle.forceFlush();
  server.close();
  server.closeAllConnections();
  deepStrictEqual([pushes, told, lines], [1, 1, []]);
});
