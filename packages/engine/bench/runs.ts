/**
 * The loops that are measured, one for each call of the matrix. They are loops over the calls themselves, not over
 * closures with a counter, so that what surrounds a call is one load of a value and one comparison.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Call, Subject } from './contenders/contender.ts';
import { ROUND, SETS } from './measurements.ts';

/** Makes so many calls, from the first value on. */
export type Run = (calls: number) => void;

/** How many calls all runs have made: counted by the loops themselves, since nothing may stand around them. */
interface Made {
  calls: number;
}

export interface Inputs {
  readonly values: readonly number[];
  readonly labels: readonly (readonly string[])[];
  readonly sets: readonly Attributes[];
  readonly made: Made;
}

const VALUE = ROUND - 1;
const SET = SETS - 1;

export function createRun(subject: Subject, call: Call, inputs: Inputs): Run {
  if (call === 'unbound') return unbound(subject.record, inputs);
  if (call === 'positional') return positional(subject, inputs);
  if (subject.bind === undefined) throw new Error('It does not bind.');
  return bound(subject.bind(inputs.sets[0] ?? {}), inputs);
}

function unbound(record: Subject['record'], { values, sets, made }: Inputs): Run {
  return (calls) => {
    for (let i = 0; i < calls; i += 1) record(values[i & VALUE] as number, sets[i & SET] as Attributes);
    made.calls += calls;
  };
}

function bound(write: (value: number) => void, { values, made }: Inputs): Run {
  return (calls) => {
    for (let i = 0; i < calls; i += 1) write(values[i & VALUE] as number);
    made.calls += calls;
  };
}

function positional({ positional: make }: Subject, { values, labels, made }: Inputs): Run {
  if (make === undefined) throw new Error('It has no positional call.');
  const [a, b, c, d] = [0, 1, 2, 3].map((at) => labels.map((set) => set[at] ?? '')) as Columns;
  switch (labels[0]?.length) {
    case 0:
      return bound(make.none(), { values, labels, sets: [], made });
    case 1: {
      const one = make.one();
      return (calls) => {
        for (let i = 0; i < calls; i += 1) one(a[i & SET] as string, values[i & VALUE] as number);
        made.calls += calls;
      };
    }
    case 2: {
      const two = make.two();
      return (calls) => {
        for (let i = 0; i < calls; i += 1) two(a[i & SET] as string, b[i & SET] as string, values[i & VALUE] as number);
        made.calls += calls;
      };
    }
    case 4: {
      const four = make.four();
      return (calls) => {
        for (let i = 0; i < calls; i += 1) {
          const set = i & SET;
          four(a[set] as string, b[set] as string, c[set] as string, d[set] as string, values[i & VALUE] as number);
        }
        made.calls += calls;
      };
    }
    default:
      throw new Error('Labels are none, one, two or four.');
  }
}

type Columns = [string[], string[], string[], string[]];
