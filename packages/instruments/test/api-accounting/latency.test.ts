import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mock, test } from 'node:test';
import { countedRequests } from './counted-requests.ts';
import { Served } from './served.ts';

/** The clock that latencies are read from, in milliseconds. */
let nowMs = 0;
mock.method(performance, 'now', () => nowMs);

test('a latency is the seconds from the arrival of a request to the last byte of its answer', async () => {
  const { api, counted, seconds } = countedRequests();
  const listener = (_request: IncomingMessage, response: ServerResponse): void => {
    nowMs += 1000;
    response.write('some', () => {
      nowMs += 500;
      response.end();
    });
  };
  await using served = await Served.by(createServer(api.http(listener)));
  await served.fetch('/');
  await counted(1);
  assert.equal(await seconds(), 1.5);
});

test('the latency of an answer that the client does not wait for ends with the connection', async () => {
  const { api, counted, seconds } = countedRequests();
  const arrivals = new EventEmitter();
  await using served = await Served.by(createServer(api.http(() => arrivals.emit('arrived'))));
  const arrived = once(arrivals, 'arrived');
  const socket = await served.open('GET /');
  await arrived;
  nowMs += 2000;
  socket.destroy();
  await counted(1);
  assert.equal(await seconds(), 2);
});
