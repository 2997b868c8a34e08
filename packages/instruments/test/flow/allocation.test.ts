import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { bytesACall } from '../support/bytes-a-call.ts';

// Without an SDK: what those allocate is theirs.
const roboflow = createRoboflow();
const CHUNK = Buffer.alloc(64);

/** What a watched call may allocate beyond the bare one: less than the smallest object. */
const NOTHING = 12;

function* chunks(): Generator<Buffer> {
  for (;;) yield CHUNK;
}

function destination(): Writable {
  return new Writable({ write: (_, __, callback) => callback() });
}

test('a chunk of a generator that is counted allocates nothing more', () => {
  const bare = chunks();
  const counted = roboflow.reading({ source: 's3' }, chunks());
  const bytes = bytesACall(() => void counted.next());
  assert.ok(bytes < bytesACall(() => void bare.next()) + NOTHING, String(bytes));
});

test('a chunk of a Node stream that is counted allocates nothing more', () => {
  const [bare, counted] = [new Readable(), roboflow.reading({ source: 's3' }, new Readable())];
  const bytes = bytesACall(() => void counted.emit('data', CHUNK));
  assert.ok(bytes < bytesACall(() => void bare.emit('data', CHUNK)) + NOTHING, String(bytes));
});

test('a chunk that is written and counted allocates nothing more', () => {
  const bare = destination();
  const counted = roboflow.writing({ destination: 's3', type: 'video' }, destination());
  const bytes = bytesACall(() => void counted.write(CHUNK));
  assert.ok(bytes < bytesACall(() => void bare.write(CHUNK)) + NOTHING, String(bytes));
});
