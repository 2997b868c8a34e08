import { MeterProvider, type EngineMeter, type MeterProviderOptions } from '@flowmeter/engine';
import { createHandler, PrometheusReader, type PrometheusReaderOptions } from '@flowmeter/prometheus';
import { emptyResource } from '@opentelemetry/resources';
import { parseOpenMetrics } from './open-metrics-parser.ts';
import type { ParsedFamily } from './parsed-family.ts';
import { parseText } from './text-parser.ts';

/** What is asked for in an `Accept` header. */
export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0';
export const OPEN_METRICS_UTF8 = `${OPEN_METRICS}; escaping=allow-utf-8`;
export const TEXT_UTF8 = 'text/plain; version=1.0.0; escaping=allow-utf-8';
export const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

/** When everything is recorded. */
export const NOW_MS = 1_700_000_000_250;

export interface Scrape {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly text: string;
}

/** A reader, scraped as over HTTP. */
export interface Scraped {
  /** Without `accept`, no such header is sent. */
  scrape(accept?: string): Promise<Scrape>;
  /** The families of a text body, by name; read by the strict parser of its format. */
  families(accept?: string): Promise<ReadonlyMap<string, ParsedFamily>>;
}

export interface Endpoint extends Scraped {
  readonly reader: PrometheusReader;
  readonly provider: MeterProvider;
  /** Of the scope `test`, without a version. */
  readonly meter: EngineMeter;
}

/** An engine with a reader. Its resource is empty unless one is given. */
export function createEndpoint(options: PrometheusReaderOptions = {}, ofProvider: MeterProviderOptions = {}): Endpoint {
  const reader = new PrometheusReader({ scopeInfoEnabled: false, ...options });
  const provider = new MeterProvider({
    resource: emptyResource(),
    now: () => NOW_MS,
    ...ofProvider,
    readers: [reader],
  });
  return { reader, provider, meter: provider.getMeter('test'), ...scraped(reader) };
}

export function scraped(reader: PrometheusReader): Scraped {
  const handler = createHandler(reader);
  const scrape = async (accept?: string): Promise<Scrape> => {
    const headers = accept === undefined ? {} : { accept };
    const response = await handler(new Request('http://localhost/metrics', { headers }));
    const body = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(body);
    if (!response.ok) throw new Error(`${response.status}: ${text}`);
    return { contentType: response.headers.get('content-type') ?? '', body, text };
  };
  return {
    scrape,
    async families(accept) {
      const { contentType, body } = await scrape(accept);
      return new Map(parseBody(contentType, body).map((family) => [family.name, family]));
    },
  };
}

/** Reads a text body with the strict parser for what it says it is. */
export function parseBody(contentType: string, body: Uint8Array): readonly ParsedFamily[] {
  const syntax = { allowsUtf8: contentType.includes('escaping=allow-utf-8') };
  return contentType.startsWith('application/openmetrics-text')
    ? parseOpenMetrics(body, syntax)
    : parseText(body, syntax);
}
