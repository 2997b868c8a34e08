import { createConveyor } from '@flowmeter/instruments/conveyor';
import { createDeltaforge } from '@flowmeter/instruments/deltaforge';
import { createKrafka } from '@flowmeter/instruments/krafka';
import { createRoboflow } from '@flowmeter/instruments/roboflow';
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { collectSeries } from './support/collected-series.ts';

/** The clock that timers read, in milliseconds. */
let nowMs = 0;
mock.method(performance, 'now', () => nowMs);

const LABELS = { pipeline: 'p', sink: 's' };

test('a timer records seconds where the histogram has seconds', async () => {
  const { meterProvider, value } = collectSeries();
  const timer = createDeltaforge({ meterProvider }).sinkLatencySeconds.startTimer(LABELS);
  nowMs += 1500;
  assert.equal(timer.stop(), 1.5);
  assert.equal(sumOf(await value('deltaforge_sink_latency_seconds')), 1.5);
});

test('a timer records milliseconds where the histogram has milliseconds', async () => {
  const { meterProvider, value } = collectSeries();
  const timer = createConveyor({ meterProvider }).routingLatencyMs.startTimer({ pipeline_id: 'p' });
  nowMs += 1500;
  assert.equal(timer.stop(), 1500);
  assert.equal(sumOf(await value('conveyor_router_routing_latency_ms')), 1500);
});

test('a timer carries its attributes', async () => {
  const { meterProvider, series } = collectSeries();
  createDeltaforge({ meterProvider }).sinkLatencySeconds.startTimer(LABELS).stop();
  const [only] = await series('deltaforge_sink_latency_seconds');
  assert.deepEqual(only?.attributes, LABELS);
});

test('a timer that is stopped twice records once and answers the same', async () => {
  const { meterProvider, value } = collectSeries();
  const timer = createRoboflow({ meterProvider }).uploadDurationSeconds.startTimer({ file_type: 'video' });
  nowMs += 250;
  assert.equal(timer.stop(), 0.25);
  nowMs += 250;
  assert.equal(timer.stop(), 0.25);
  assert.equal(countOf(await value('roboflow_upload_duration_seconds')), 1);
});

test('a timer records when its using block ends', async () => {
  const { meterProvider, value } = collectSeries();
  const { episodeProcessingDurationSeconds } = createRoboflow({ meterProvider });
  {
    using timer = episodeProcessingDurationSeconds.startTimer();
    assert.ok(timer);
    nowMs += 2000;
  }
  assert.equal(sumOf(await value('roboflow_episode_processing_duration_seconds')), 2);
});

test('a timer records when its using block is left by an error', async () => {
  const { meterProvider, value } = collectSeries();
  const { episodeProcessingDurationSeconds } = createRoboflow({ meterProvider });
  assert.throws(() => {
    using timer = episodeProcessingDurationSeconds.startTimer();
    assert.ok(timer);
    nowMs += 2000;
    throw new Error('no episode');
  }, /no episode/);
  assert.equal(sumOf(await value('roboflow_episode_processing_duration_seconds')), 2);
});

test('a timer that was stopped inside its using block records once', async () => {
  const { meterProvider, value } = collectSeries();
  const { episodeProcessingDurationSeconds } = createRoboflow({ meterProvider });
  {
    using timer = episodeProcessingDurationSeconds.startTimer();
    timer.stop();
  }
  assert.equal(countOf(await value('roboflow_episode_processing_duration_seconds')), 1);
});

test('a timer that is never stopped records nothing', async () => {
  const { meterProvider, series } = collectSeries();
  createRoboflow({ meterProvider }).episodeProcessingDurationSeconds.startTimer();
  assert.deepEqual(await series('roboflow_episode_processing_duration_seconds'), []);
});

test('timers of one histogram run beside each other', async () => {
  const { meterProvider, value } = collectSeries();
  const { pollLatencySeconds } = createKrafka({ meterProvider }).consumer;
  const outer = pollLatencySeconds.startTimer();
  nowMs += 1000;
  const inner = pollLatencySeconds.startTimer();
  nowMs += 1000;
  assert.deepEqual([inner.stop(), outer.stop()], [1, 2]);
  assert.equal(sumOf(await value('krafka_consumer_poll_latency_seconds')), 3);
});

test('time that has not passed is a measurement of zero', async () => {
  const { meterProvider, value } = collectSeries();
  assert.equal(createRoboflow({ meterProvider }).videoEncodingDurationSeconds.startTimer().stop(), 0);
  assert.equal(countOf(await value('roboflow_video_encoding_duration_seconds')), 1);
});

function sumOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'sum' in value ? value.sum : undefined;
}

function countOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'count' in value ? value.count : undefined;
}
