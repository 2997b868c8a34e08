/** A collector for logs, which it takes as OTLP/JSON. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface OtlpRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
}

interface LogsData {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeLogs: readonly {
      readonly scope: { readonly name: string };
      readonly logRecords: readonly OtlpRecord[];
    }[];
  }[];
}

/** A record as it was received. */
export interface ReceivedRecord {
  readonly service: unknown;
  readonly scope: string;
  readonly timeMs: number;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** A running collector. */
export interface LogCollector extends AsyncDisposable {
  /** The variables that have logs sent to it. */
  readonly env: Readonly<Record<string, string>>;
  /** What was received, in the order of arrival. */
  readonly records: readonly ReceivedRecord[];
  readonly requests: number;
}

/** Starts a collector that answers with the status. */
export async function startLogCollector(status = 200): Promise<LogCollector> {
  const records: ReceivedRecord[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    void json(request).then((data) => {
      requests += 1;
      records.push(...flatten(data as LogsData));
      // A reason of its own each time, as some proxies give one.
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? '{}' : `"${requests}"`);
    });
  });
  await once(server.listen(0, 'localhost'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://localhost:${port}/v1/logs`,
    },
    records,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function flatten({ resourceLogs }: LogsData): ReceivedRecord[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ scope, logRecords }) =>
      logRecords.map(({ timeUnixNano, severityNumber, severityText, body, attributes, traceId, spanId }) => ({
        service: objectOf(resource.attributes)['service.name'],
        scope: scope.name,
        timeMs: Number(BigInt(timeUnixNano) / 1_000_000n),
        severityNumber,
        severityText,
        body: plain(body),
        attributes: objectOf(attributes),
        traceId,
        spanId,
      })),
    ),
  );
}

function objectOf(pairs: readonly KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

function plain({ arrayValue, kvlistValue, intValue, ...others }: AnyValue): unknown {
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(plain);
  if (kvlistValue !== undefined) return objectOf(kvlistValue.values ?? []);
  return intValue === undefined ? Object.values(others)[0] : Number(intValue);
}
