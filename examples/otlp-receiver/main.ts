/** Listens on the port given as the first argument (4318 if none) and prints every series that arrives. */
import { startOtlpReceiver, type OtlpRequest, type Series } from './otlp-receiver.ts';

const port = Number(process.argv[2] ?? 4318);
const { url } = await startOtlpReceiver({ port, keep: 1, onRequest: print });
console.log(`receiving OTLP metrics at ${url}/v1/metrics; Ctrl-C ends`);

function print({ resource, wireBytes, encoding, series }: OtlpRequest): void {
  const service = resource['service.name'] ?? 'unknown service';
  console.log(`\n${new Date().toISOString()}  ${service}  ${wireBytes} bytes of ${encoding}`);
  for (const one of series) console.log(`  ${describe(one)}`);
}

function describe(series: Series): string {
  const attributes = Object.entries(series.attributes).map(([key, value]) => `${key}=${value}`);
  const unit = series.unit && ` ${series.unit}`;
  const name = `${series.name}{${attributes.join(', ')}}`;
  if (series.kind === 'gauge') return `${name} ${series.value}${unit}`;
  if (series.kind === 'sum') return `${name} ${series.value}${unit}, ${series.temporality}`;
  return `${name} count ${series.count}, sum ${series.sum}${unit}, ${series.temporality} ${series.kind}`;
}
