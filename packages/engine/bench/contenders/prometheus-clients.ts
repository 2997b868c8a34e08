/** prom-client and its successor, @prometheus-io/client, which have one API between them. */
import type * as client from 'prom-client';
import { BOUNDARIES, type Plan, type Point, type Subject } from './contender.ts';

type Labels = Record<string, string>;

/** What `getMetricsAsJSON` has for each line of the exposition. */
interface Line {
  readonly metricName?: string;
  readonly value: number;
  readonly labels: Labels;
}

export function createSubject({ Registry, Counter, Gauge, Histogram }: typeof client, plan: Plan): Subject {
  const registry = new Registry();
  const configuration = { name: 'subject', help: 'subject', labelNames: plan.keys, registers: [registry] };
  return {
    ...createCalls(),
    collect: () => registry.getMetricsAsJSON(),
    push: async () => {
      // A registry knows no second export. What it has is its text.
      await registry.metrics();
      return pointsOf(await registry.getMetricsAsJSON()).length;
    },
    points: pointsOf,
  };

  function createCalls(): Calls {
    if (plan.kind === 'counter') {
      const counter = new Counter(configuration);
      if (plan.keys.length === 0) return withoutLabels((value) => counter.inc(value));
      return withLabels(
        counter,
        (value, labels) => counter.inc(labels, value),
        (child, value) => child.inc(value),
      );
    }
    if (plan.kind === 'gauge') {
      const gauge = new Gauge(configuration);
      if (plan.keys.length === 0) return withoutLabels((value) => gauge.set(value));
      return withLabels(
        gauge,
        (value, labels) => gauge.set(labels, value),
        (child, value) => child.set(value),
      );
    }
    const histogram = new Histogram({ ...configuration, buckets: BOUNDARIES });
    if (plan.keys.length === 0) return withoutLabels((value) => histogram.observe(value));
    return withLabels(
      histogram,
      (value, labels) => histogram.observe(labels, value),
      (child, value) => child.observe(value),
    );
  }
}

type Calls = Required<Pick<Subject, 'record' | 'bind' | 'positional'>>;

function withLabels<Child>(
  instrument: { labels(...values: string[]): Child },
  record: (value: number, labels: Labels) => void,
  write: (child: Child, value: number) => void,
): Calls {
  return {
    record: (value, attributes) => record(value, attributes as Labels),
    bind: (attributes) => {
      const child = instrument.labels(...Object.values(attributes).map(String));
      return (value) => write(child, value);
    },
    positional: {
      none: () => (value) => write(instrument.labels(), value),
      one: () => (a, value) => write(instrument.labels(a), value),
      two: () => (a, b, value) => write(instrument.labels(a, b), value),
      four: () => (a, b, c, d, value) => write(instrument.labels(a, b, c, d), value),
    },
  };
}

function absent(): never {
  throw new Error('The instrument has no labels.');
}

/** Without labels the instrument itself is the child, and its fastest. */
function withoutLabels(write: (value: number) => void): Calls {
  return {
    record: (value) => write(value),
    bind: () => write,
    positional: { none: () => write, one: absent, two: absent, four: absent },
  };
}

/** @param collected what `getMetricsAsJSON` has resolved to */
function pointsOf(collected: unknown): Point[] {
  const lines = (collected as { values: Line[] }[]).flatMap(({ values }) => values);
  const plain = lines.filter(({ metricName }) => metricName === undefined || metricName === 'subject');
  if (plain.length > 0) return plain.map(({ labels, value }) => ({ attributes: labels, value, count: undefined }));
  const counts = new Map(linesOf('subject_count', lines).map(({ labels, value }) => [JSON.stringify(labels), value]));
  return linesOf('subject_sum', lines).map(({ labels, value }) => ({
    attributes: labels,
    value,
    count: counts.get(JSON.stringify(labels)),
  }));
}

function linesOf(name: string, lines: readonly Line[]): Line[] {
  return lines.filter(({ metricName }) => metricName === name);
}
