/** What pushes weigh, and what they cost a collector that writes them on: the figures of examples/deployment. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Collector, collectorPorts } from './support/collector.ts';
import { CuttableLink } from './support/cuttable-link.ts';
import { planForPeers } from './support/peer-plan.ts';
import { newPrometheus, programOf } from './support/peers.ts';
import { Prometheus } from './support/prometheus.ts';
import { Service } from './support/service.ts';
import { collectorConfig } from './support/ways.ts';

const POINTS = planForPeers().length;
const PUSHES = Math.ceil(100_000 / POINTS);
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

for (const compression of ['none', 'gzip']) {
  await using running = new AsyncDisposableStack();
  const flags = ['--web.enable-remote-write-receiver'];
  const store = running.use(await Prometheus.start({ command: programOf(newPrometheus), flags }));
  const ports = await collectorPorts();
  const { program } = running.use(await Collector.start(ports, () => collectorConfig(ports, store.origin)));
  const link = running.use(await CuttableLink.to(ports.otlpHttp));
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${link.address}`, OTEL_EXPORTER_OTLP_COMPRESSION: compression };
  const service = running.use(await Service.start({ name: 'sizing', plan: true, env }));
  // The first push makes what later ones find.
  await service.flush();
  const [cpuBefore, bytesBefore] = [cpuSecondsOf(program.pid), link.bytes];
  for (let push = 0; push < PUSHES; push += 1) await service.flush();
  const [cpu, bytes] = [cpuSecondsOf(program.pid) - cpuBefore, link.bytes - bytesBefore];
  const perPoint = bytes / (PUSHES * POINTS);
  const perHundredThousand = (cpu / (PUSHES * POINTS)) * 100_000;
  const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1];
  console.log(
    `compression ${compression}: ${perPoint.toFixed(0)} bytes a series and push; the collector takes ` +
      `${perHundredThousand.toFixed(2)} s of a CPU for 100 000 points, and has ${(Number(memory) / 1024).toFixed(0)} MiB`,
  );
}

/** User and system time of a process so far. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
