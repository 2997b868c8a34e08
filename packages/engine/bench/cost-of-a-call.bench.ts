/**
 * What does one call cost, in nanoseconds and in bytes? One library, one cell of the matrix, in a process of its own,
 * so that no other call has taught the compiler other shapes. It prints one line of JSON:
 *
 *     node --conditions=@flowmeter/source --expose-gc cost-of-a-call.bench.ts engine counter 2 bound plain 100 bytes
 */
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { measure } from 'mitata';
import { BYTES_RUNS, bytesPerCall } from './bytes-per-call.ts';
import type { Call, Kind, Setting } from './contenders/contender.ts';
import { isName, load } from './contenders/load.ts';
import { attributesOf, keysFor, labelsFor, ROUND, valuesFor } from './measurements.ts';
import { Recorded } from './recorded.ts';
import { createRun, type Inputs } from './runs.ts';

export interface CallCost {
  readonly nanoseconds: number;
  readonly bytes: number | undefined;
}

/** Low, so that overflow is soon there; the sets in the matrix are 64. */
const LIMITED = 4;
const UNLIMITED = 2000;
/**
 * V8 gives a function to its best compiler only when it has been called some thousand times, however long its loops
 * are; what runs before costs half as much again, and allocates more.
 */
const WARM_UP_RUN = 16;
const WARM_UP_CALLS = 6000 * WARM_UP_RUN;
const WARM_UP_MS = 40;

const [name, kind, attributes, call, setting, milliseconds, withBytes] = process.argv.slice(2) as [
  string,
  Kind,
  string,
  Call,
  Setting,
  string,
  string | undefined,
];
if (!isName(name)) throw new TypeError(`No such contender: ${name}`);
const { gc } = globalThis;
if (gc === undefined) throw new Error('It needs --expose-gc.');

const keys = keysFor(Number(attributes));
const labels = labelsFor(keys);
const inputs: Inputs = {
  values: valuesFor(kind),
  labels,
  sets: labels.map((set) => attributesOf(keys, set)),
  made: { calls: 0 },
};
const createSubject = await load(name);
// Before any instrument is made, as a preloaded SDK does it.
if (setting === 'tracing') context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const subject = createSubject({
  kind,
  keys,
  setting,
  exports: 1,
  cardinalityLimit: setting === 'overflow' ? LIMITED : UNLIMITED,
});
if (setting === 'overflow')
  for (let taken = 0; taken < LIMITED; taken += 1) subject.record(0, { taken: String(taken) });

const run = createRun(subject, call, inputs);
const recorded = new Recorded(kind, call, setting, inputs);

const warmAt = performance.now() + WARM_UP_MS;
while (inputs.made.calls < WARM_UP_CALLS || performance.now() < warmAt) run(WARM_UP_RUN);
recorded.note(WARM_UP_RUN, inputs.made.calls / WARM_UP_RUN);

const before = inputs.made.calls;
// Not a closure around the loop: that is a new function, which a lesser compiler takes the loop into.
const stats = await measure(run.bind(undefined, ROUND), {
  min_cpu_time: Number(milliseconds) * 1e6,
  // A sample is to be short: an interruption then spoils few of them, and the median none.
  batch_samples: 32,
});
const rounds = (inputs.made.calls - before) / ROUND;

let bytes: number | undefined;
if (withBytes === 'bytes') {
  bytes = bytesPerCall(run, () => {
    gc();
  });
  recorded.note(BYTES_RUNS.calls, BYTES_RUNS.times);
}
// The last values of all series are from one whole round.
run(ROUND);
recorded.note(ROUND, rounds + 1);
recorded.check(subject.points(await subject.collect()));

const cost: CallCost = { nanoseconds: stats.p50 / ROUND, bytes };
process.stdout.write(`${JSON.stringify(cost)}\n`);
