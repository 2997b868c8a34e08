import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHandler } from '../../src/server/handler.ts';
import { asking } from './support/ask.ts';
import { fakeSource } from './support/fake-source.ts';

const ask = asking(fakeSource('up 1\n'));

test('/metrics is answered with the body in the form of the source, and may depend on what is accepted', async () => {
  const response = await ask('/metrics');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores');
  assert.equal(response.headers.get('vary'), 'Accept, Accept-Encoding');
  assert.equal(response.headers.get('content-length'), '5');
  assert.equal(await response.text(), 'up 1\n');
});

for (const path of ['/metrics', '/health', '/ready', '/']) {
  test(`HEAD ${path} has the headers of GET, and no body`, async () => {
    const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })];
    assert.equal(head.status, 200);
    assert.deepEqual([...head.headers], [...get.headers]);
    assert.equal(head.headers.get('content-length'), String((await get.arrayBuffer()).byteLength));
    assert.equal(head.body, null);
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    test(`${method} ${path} is refused with 405 and what is allowed`, async () => {
      const response = await ask(path, { method });
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD']);
      assert.equal(await response.text(), 'Only GET and HEAD are answered here\n');
    });
  }
}

for (const path of ['//metrics', '/metrics/', '/metric', '/%6Detrics', '/x//metrics', '/favicon.ico', '/METRICS']) {
  for (const method of ['GET', 'POST']) {
    test(`${method} ${path} is 404 with where the metrics are`, async () => {
      const response = await ask(path, { method });
      assert.deepEqual([response.status, await response.text()], [404, 'Not found. Metrics are at /metrics\n']);
    });
  }
}

test('a prefix is cut off, and a path without it is what a router has left', async () => {
  const below = asking(fakeSource('up 1\n'), { prefix: '/internal/' });
  for (const path of ['/internal/metrics', '/metrics', '/internal', '/internal/', '/']) {
    assert.equal((await below(path)).status, 200, path);
  }
  for (const path of ['/internalmetrics', '/internal/internal/metrics', '/internal//metrics']) {
    const response = await below(path);
    assert.deepEqual([response.status, await response.text()], [404, 'Not found. Metrics are at /internal/metrics\n']);
  }
});

for (const prefix of ['internal', '/a?b', '/a b', '/a#']) {
  test(`the prefix ${prefix} is refused, with what is allowed`, () => {
    assert.throws(() => createHandler(fakeSource(''), { prefix }), {
      name: 'TypeError',
      message: `prefix is "${prefix}"; allowed is the beginning of a path, such as '/internal', or an empty text`,
    });
  });
}

test('answers are not guessed at by browsers', async () => {
  for (const path of ['/metrics', '/', '/health', '/nothing']) {
    assert.equal((await ask(path)).headers.get('x-content-type-options'), 'nosniff');
  }
});
