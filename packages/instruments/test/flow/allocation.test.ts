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

/** How often is looked: V8 optimizes beside what runs, and on a loaded machine some rounds come before that. */
const ATTEMPTS = 20;

function allocatesNothingMore(counted: () => void, bare: () => void): void {
  const seen: (readonly [number, number])[] = [];
  while (seen.length < ATTEMPTS) {
    const [more, least] = [bytesACall(counted), bytesACall(bare)] as const;
    if (more < least + NOTHING) return;
    seen.push([more, least]);
  }
  assert.fail(`bytes a call, counted and bare: ${JSON.stringify(seen)}`);
}

function* chunks(): Generator<Buffer> {
  for (;;) yield CHUNK;
}

function destination(): Writable {
  return new Writable({ write: (_, __, callback) => callback() });
}

test('a chunk of a generator that is counted allocates nothing more', () => {
  const bare = chunks();
  const counted = roboflow.reading({ source: 's3' }, chunks());
  allocatesNothingMore(
    () => void counted.next(),
    () => void bare.next(),
  );
});

test('a chunk of a Node stream that is counted allocates nothing more', () => {
  const [bare, counted] = [new Readable(), roboflow.reading({ source: 's3' }, new Readable())];
  allocatesNothingMore(
    () => void counted.emit('data', CHUNK),
    () => void bare.emit('data', CHUNK),
  );
});

test('a chunk that is written and counted allocates nothing more', () => {
  const bare = destination();
  const counted = roboflow.writing({ destination: 's3', type: 'video' }, destination());
  allocatesNothingMore(
    () => void counted.write(CHUNK),
    () => void bare.write(CHUNK),
  );
});
