/**
 * What does not compile of the calls for hot paths, and what type comes back where it does. The compiler checks this file
 * with the others; all of it runs as well.
 */
import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createRoboflow } from '@flowmeter/instruments/roboflow';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

const { meterProvider } = collectSeries();
const conveyor = createConveyor({ meterProvider });
const roboflow = createRoboflow({ meterProvider });

interface Routed {
  readonly pipelineId: string;
  readonly acceptedAt: number;
}

/** A queue as libraries have it. */
async function enqueue<Value>(task: (options: { readonly priority: number }) => Value): Promise<Awaited<Value>> {
  return await task({ priority: 0 });
}

test('what comes back has the type of what was given', async () => {
  const plain: number = roboflow.episode({ dataset_id: 'd' }, () => 1);
  const later: Promise<number> = roboflow.episode({ dataset_id: 'd' }, async () => plain);
  const found: Promise<string> = roboflow.cached(
    async (): Promise<string | null> => null,
    () => 'fetched',
  );
  const file: Promise<Readable | string> = roboflow.reading(
    { source: 's3' },
    Promise.resolve<Readable | string>(String(await later)),
  );
  const destination: Writable = roboflow.writing({ destination: 's3', type: 'video' }, new Writable());
  const etag: string = await roboflow.upload({ file_type: 'video' }, async () => found, {
    bytes: 3,
    queue: (upload) => enqueue(upload),
  });
  const readable: Readable = conveyor.source({ source_id: 's' }).passing(Readable.from([etag, await file]));
  const queue: Set<number> = conveyor.buffer({ stage_id: 's' }, new Set<number>(), { capacity: 2 });
  queue.add(readable.readableLength + destination.writableLength);
});

test('a missing, an unknown and a misspelt attribute do not compile', () => {
  // @ts-expect-error dataset_id is missing
  roboflow.episode({}, () => {});
  // @ts-expect-error how it ends is not the caller's to say
  roboflow.episode({ dataset_id: 'd', status: 'success' }, () => {});
  // @ts-expect-error it is file_type
  roboflow.upload({ fileType: 'video' }, () => {});
  // @ts-expect-error type is missing
  roboflow.writing({ destination: 's3' }, 'text');
  // @ts-expect-error stage_id is missing
  conveyor.stage({ pipeline_id: 'p' });
});

test('what has no bytes that could be counted does not compile', () => {
  // @ts-expect-error the body of a response is a stream, the response is none
  void roboflow.reading({ source: 's3' }, new Response('text'));
  // @ts-expect-error a number has no bytes
  roboflow.writing({ destination: 's3', type: 'video' }, 5);
});

test('a buffer without a capacity does not compile', () => {
  // @ts-expect-error an array does not say how many records it is meant to hold
  conveyor.buffer({ stage_id: 's' }, []);
  // @ts-expect-error nor what it holds
  conveyor.buffer({ stage_id: 's' }, {}, { capacity: 3 });
});

test('a record that does not say when it was accepted does not compile', () => {
  const sink = conveyor.sink(
    { sink_id: 's' },
    { pipelineOf: (record: Routed) => record.pipelineId, acceptedAt: (record) => record.acceptedAt },
  );
  sink.batch([{ pipelineId: 'p', acceptedAt: 1 }], () => {});
  sink.batch(3, () => {});
  // @ts-expect-error acceptedAt is missing
  sink.batch([{ pipelineId: 'p' }], () => {});
});
