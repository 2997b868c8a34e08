/** What is done to the programs around services under load. The README's table beside the tests is made of it. */
import { ok } from 'node:assert/strict';
import type { Collector } from './support/collector.ts';
import { eventually } from './support/eventually.ts';
import { DELTAS, TO_COLLECTOR, TO_PROMETHEUS, type UnderLoad } from './support/under-load.ts';

export interface Fault {
  readonly title: string;
  /** Begins it, and resolves to what ends it. */
  readonly begin: (underLoad: UnderLoad) => Promise<() => Promise<void>>;
  /** The services that cannot push meanwhile, by their names. */
  readonly noticedBy: readonly string[];
  /** What they say of the reason. */
  readonly reason?: RegExp;
  /** Whether requests may be taken and not answered: what adds up deltas may have those twice. */
  readonly mayComeTwice: boolean;
}

const COLLECTORS = [TO_COLLECTOR, ...Object.keys(DELTAS)];
const ALL = [...COLLECTORS, TO_PROMETHEUS];

export const faults: readonly Fault[] = [
  {
    title: 'the collector is killed and started again',
    begin: async (underLoad) => {
      await underLoad.collector.kill();
      return () => underLoad.startCollector();
    },
    noticedBy: COLLECTORS,
    mayComeTwice: true,
  },
  {
    title: 'every Prometheus is killed and started again on its data',
    begin: async (underLoad) => {
      await underLoad.everyPrometheus((program) => program.kill());
      return () => underLoad.everyPrometheus((program) => program.restart());
    },
    noticedBy: [TO_PROMETHEUS],
    mayComeTwice: false,
  },
  {
    title: 'every Prometheus freezes and thaws',
    begin: async (underLoad) => {
      await underLoad.everyPrometheus((program) => program.signal('SIGSTOP'));
      return () => underLoad.everyPrometheus((program) => program.signal('SIGCONT'));
    },
    noticedBy: [TO_PROMETHEUS],
    mayComeTwice: false,
  },
  {
    title: 'the memory limiter of the collector, as a processor, refuses all pushes (503, UNAVAILABLE)',
    begin: async (underLoad) => refuseAll(underLoad, await underLoad.exchangeForFull('processor')),
    noticedBy: COLLECTORS,
    reason: /HTTP 503|gRPC status 14/,
    mayComeTwice: false,
  },
  {
    title: 'the memory limiter of the collector, as an extension, refuses all pushes (429, RESOURCE_EXHAUSTED)',
    begin: async (underLoad) => refuseAll(underLoad, await underLoad.exchangeForFull('extension')),
    noticedBy: COLLECTORS,
    reason: /HTTP 429|gRPC status 8/,
    mayComeTwice: false,
  },
  {
    title: 'the network around the services drops everything, and is mended',
    begin: async ({ links }) => {
      for (const link of links) link.silence();
      return async () => void (await Promise.all(links.map((link) => link.mend())));
    },
    noticedBy: ALL,
    mayComeTwice: true,
  },
  {
    title: 'the network around the services resets connections and refuses new ones, and is mended',
    begin: async ({ links }) => {
      await Promise.all(links.map((link) => link.refuse()));
      return async () => void (await Promise.all(links.map((link) => link.mend())));
    },
    noticedBy: ALL,
    mayComeTwice: true,
  },
  {
    title: 'the collector freezes and thaws',
    begin: async ({ collector }) => {
      collector.signal('SIGSTOP');
      return async () => collector.signal('SIGCONT');
    },
    noticedBy: COLLECTORS,
    mayComeTwice: true,
  },
];

/** The rows of the table in the README. */
export function faultRows(): string[] {
  return faults.map(
    ({ title, mayComeTwice }) => `| ${title} | nothing | ${mayComeTwice ? 'may come twice' : 'exact'} |`,
  );
}

/** Has it begin and, once all have noticed, end. Resolves when pushes work again. */
export async function comeOver(underLoad: UnderLoad, { begin, noticedBy, reason = /./ }: Fault): Promise<void> {
  const noticing = noticedBy.map((name) => underLoad.service(name));
  const before = noticing.map(({ failures }) => failures.length);
  const end = await begin(underLoad);
  await eventually(() => {
    noticing.forEach(({ name, failures }, index) => {
      const reasons = failures.slice(before[index]);
      ok(
        reasons.some((each) => reason.test(each)),
        `${name} has failed for ${reasons.join() || 'nothing'}`,
      );
    });
  });
  await end();
  await eventually(() => {
    for (const { name, isFailing } of noticing) ok(!isFailing, `${name} fails still`);
  });
}

async function refuseAll(underLoad: UnderLoad, full: Collector): Promise<() => Promise<void>> {
  return async () => {
    await full[Symbol.asyncDispose]();
    await underLoad.startCollector();
  };
}
