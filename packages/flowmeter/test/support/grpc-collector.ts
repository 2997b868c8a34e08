/** A gRPC server for the one method of OTLP's metrics service; what it gets it hands on to an OTLP/HTTP receiver, which decodes it. */
import { promisify } from 'node:util';
import { startOtlpReceiver, type OtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import {
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type Metadata,
  type ServerOptions,
  type ServiceDefinition,
  type StatusObject,
} from '@grpc/grpc-js';

export interface GrpcCollector extends AsyncDisposable {
  readonly port: number;
  readonly receiver: OtlpReceiver;
  /** The metadata of each call. */
  readonly calls: readonly Metadata[];
  /** The sizes of all messages, in bytes. */
  readonly sizes: readonly number[];
  /** How the next calls are answered, each in the place of success: a status, or the message of the answer. */
  turns: (Partial<StatusObject> | Buffer)[];
}

const asIs = (bytes: Buffer): Buffer => bytes;

const METRICS_SERVICE = {
  export: {
    path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
} satisfies ServiceDefinition;

/** Starts a collector on a free port, if none is given. */
export async function startGrpcCollector(
  credentials = ServerCredentials.createInsecure(),
  options: ServerOptions = {},
  onPort = 0,
): Promise<GrpcCollector> {
  const receiver = await startOtlpReceiver();
  const calls: Metadata[] = [];
  const sizes: number[] = [];
  const take: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, answer) => {
    calls.push(metadata);
    sizes.push(request.length);
    const turn = collector.turns.shift();
    if (Buffer.isBuffer(turn)) return answer(null, turn);
    if (turn !== undefined) return answer(turn);
    const headers = { 'content-type': 'application/x-protobuf' };
    fetch(`${receiver.url}/v1/metrics`, { method: 'POST', body: new Uint8Array(request), headers })
      .then((response) => response.arrayBuffer())
      .then((body) => answer(null, Buffer.from(body)))
      .catch((error: Error) => answer(error));
  };
  const server = new Server(options);
  server.addService(METRICS_SERVICE, { export: take });
  const port = await promisify(server.bindAsync.bind(server))(`localhost:${onPort}`, credentials);
  const collector: GrpcCollector = {
    port,
    receiver,
    calls,
    sizes,
    turns: [],
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
      await receiver.close();
    },
  };
  return collector;
}
