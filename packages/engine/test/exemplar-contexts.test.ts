import type { EngineCounter } from '@flowmeter/engine';
import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createEngine } from './support/engine.ts';
import { spanOf, startContexts, stopContexts, within } from './support/spans.ts';

const SPAN = spanOf(1);
const SET = { a: 1 };

beforeEach(startContexts);

afterEach(stopContexts);

/** How each form records 5 with {@link SET}. */
const forms: readonly (readonly [string, (counter: EngineCounter) => () => void])[] = [
  ['unbound', (counter) => () => counter.add(5, SET)],
  ['bound', (counter) => boundCall(counter.bind(SET))],
  ['positional', (counter) => positionalCall(counter.positional('a'))],
];

test('the context may be given, which goes before the active one', async () => {
  const { meter, cumulative } = createEngine();
  const counter = meter.createCounter('i');
  within(SPAN, () => {
    counter.add(1, { form: 'unbound' }, spanOf(2).context);
    counter.bind({ form: 'bound' }).add(1, spanOf(3).context);
    counter.add(1, { form: 'without a span' }, ROOT_CONTEXT);
  });
  const points = await cumulative.timed();
  assert.deepEqual(
    points.map(({ exemplars }) => exemplars?.[0]?.spanId),
    [spanOf(2).spanId, spanOf(3).spanId, undefined],
  );
});

test('a context that is given needs no context manager', async () => {
  stopContexts();
  const { meter, cumulative } = createEngine();
  const histogram = meter.createHistogram('i');
  histogram.record(1, {}, SPAN.context);
  histogram.bind(SET).record(1, SPAN.context);
  const points = await cumulative.timed();
  assert.deepEqual(
    points.map(({ exemplars }) => exemplars?.[0]?.spanId),
    [SPAN.spanId, SPAN.spanId],
  );
});

test('a span context that is not valid is none', async () => {
  const { meter, cumulative } = createEngine();
  const spanContext = { traceId: 'x', spanId: 'y', traceFlags: TraceFlags.SAMPLED };
  meter.createCounter('i').add(1, {}, trace.setSpanContext(ROOT_CONTEXT, spanContext));
  assert.equal((await cumulative.timed())[0]?.exemplars, undefined);
});

for (const [form, prepare] of forms) {
  test(`a context manager counts from when it is registered until it is disabled (${form})`, async () => {
    stopContexts();
    const { meter, cumulative } = createEngine();
    const record = prepare(meter.createCounter('i'));
    record();
    assert.equal((await cumulative.timed())[0]?.exemplars, undefined);
    startContexts();
    within(SPAN, record);
    stopContexts();
    within(spanOf(2), record);
    const [point] = await cumulative.timed();
    assert.deepEqual([point?.value, point?.exemplars?.[0]?.spanId], [15, SPAN.spanId]);
  });
}

function boundCall(instrument: ReturnType<EngineCounter['bind']>): () => void {
  return () => instrument.add(5);
}

function positionalCall(call: ReturnType<EngineCounter['positional']>): () => void {
  return () => call(1, 5);
}
