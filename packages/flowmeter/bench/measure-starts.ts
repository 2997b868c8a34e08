import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Extent } from './extent.ts';
import { NAMES, type Figures, type Name } from './figures.ts';

export const WALL_TIME = 'until the end, best';
export const CPU_TIME = 'CPU time, best';

const APPLICATION = pathOf('application.cjs');

/** What a contender is preloaded by. */
const PRELOADS: Readonly<Record<Name, readonly string[]>> = {
  node: [],
  flowmeter: ['--require', 'flowmeter/register'],
  'sdk-node': ['--require', pathOf('sdk-node.cjs')],
};

/** One process, in milliseconds and bytes. */
interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly recordedMs: number;
  readonly rss: number;
  readonly heap: number;
}

/** @param tell is told what is being done */
export async function measureStarts({ rounds }: Extent, tell: (doing: string) => void): Promise<readonly Figures[]> {
  const measured = new Map<Name, Measured[]>(NAMES.map((name) => [name, []]));
  // The first of each finds nothing in the caches of the machine.
  for (const name of NAMES) await measure(name);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, all] of measured) {
      tell(`start ${round} of ${rounds}: ${name}`);
      all.push(await measure(name));
    }
  }
  const line = (question: string, unit: Figures['unit'], figure: (all: readonly Measured[]) => number): Figures => ({
    question,
    unit,
    costs: new Map([...measured].map(([name, all]) => [name, figure(all)])),
  });
  return [
    line(WALL_TIME, 'ms', (all) => least(all.map(({ wallMs }) => wallMs))),
    line('until the end, median', 'ms', (all) => median(all.map(({ wallMs }) => wallMs))),
    line(CPU_TIME, 'ms', (all) => least(all.map(({ cpuMs }) => cpuMs))),
    line('CPU time, median', 'ms', (all) => median(all.map(({ cpuMs }) => cpuMs))),
    line('until something is recorded, best', 'ms', (all) => least(all.map(({ recordedMs }) => recordedMs))),
    line('memory of the process, median', 'MB', (all) => median(all.map(({ rss }) => rss / 1e6))),
    line('heap, median', 'MB', (all) => median(all.map(({ heap }) => heap / 1e6))),
  ];
}

async function measure(name: Name): Promise<Measured> {
  const { cpuMs, wallMs } = await run<{ readonly cpuMs: number }>(name, [], 0, 'end');
  const { recordedMs, rss, heap } = await run<Omit<Measured, 'wallMs' | 'cpuMs'>>(
    name,
    ['--expose-gc'],
    await freePort(),
    name === 'node' ? 'nothing' : 'endpoint',
  );
  return { wallMs, cpuMs, recordedMs, rss, heap };
}

/**
 * Runs a process to its end.
 *
 * @param until what it is measured at
 * @returns what it says of itself, and how long it took
 */
async function run<Result>(
  name: Name,
  flags: readonly string[],
  port: number,
  until: 'end' | 'endpoint' | 'nothing',
): Promise<Result & { readonly wallMs: number }> {
  const ours = /^(?:OTEL_|FLOWMETER_|NODE_|npm_)/;
  const inherited = Object.entries(process.env).filter(([variable]) => !ours.test(variable));
  const since = performance.now();
  const child = spawn(process.execPath, [...flags, ...PRELOADS[name], APPLICATION, until], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(inherited),
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await once(child, 'exit')) as [number | null];
  const wallMs = performance.now() - since;
  const [said, complaints] = await output;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${complaints}`);
  return { ...(JSON.parse(said) as Result), wallMs };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function least(all: readonly number[]): number {
  return Math.min(...all);
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
