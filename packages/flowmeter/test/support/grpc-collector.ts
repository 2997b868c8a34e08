/** A gRPC server for the one method of OTLP's metrics service; what it gets it hands on to an OTLP/HTTP receiver, which decodes it. */
import { promisify } from 'node:util';
import { startOtlpReceiver, type OtlpReceiver } from '@flowmeter-examples/otlp-receiver';
import { Server, ServerCredentials, type handleUnaryCall, type Metadata, type ServiceDefinition } from '@grpc/grpc-js';

export interface GrpcCollector extends AsyncDisposable {
  readonly port: number;
  readonly receiver: OtlpReceiver;
  /** The metadata of each call. */
  readonly calls: readonly Metadata[];
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

/** Starts a collector on a free port. */
export async function startGrpcCollector(credentials = ServerCredentials.createInsecure()): Promise<GrpcCollector> {
  const receiver = await startOtlpReceiver();
  const calls: Metadata[] = [];
  const take: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, answer) => {
    calls.push(metadata);
    const headers = { 'content-type': 'application/x-protobuf' };
    fetch(`${receiver.url}/v1/metrics`, { method: 'POST', body: new Uint8Array(request), headers })
      .then((response) => response.arrayBuffer())
      .then((body) => answer(null, Buffer.from(body)))
      .catch((error: Error) => answer(error));
  };
  const server = new Server();
  server.addService(METRICS_SERVICE, { export: take });
  const port = await promisify(server.bindAsync.bind(server))('localhost:0', credentials);
  return {
    port,
    receiver,
    calls,
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
      await receiver.close();
    },
  };
}
