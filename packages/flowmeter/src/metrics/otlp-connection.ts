import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import type { RequestUnderWay } from './otlp-attempt.ts';

/** Where requests go, and what they are made with. */
export interface OtlpTarget extends Pick<
  OtlpConfiguration,
  'url' | 'protocol' | 'headers' | 'compression' | 'certificate' | 'clientCertificate' | 'clientKey'
> {
  /** In PEM: those to trust where no certificate is given; Node's own if there are none. */
  readonly authorities?: readonly string[];
}

/** The way to a collector. */
export interface OtlpConnection {
  /**
   * Makes a request of a message that is compressed already, where that is asked for.
   *
   * @throws Error for headers or certificates that cannot be used
   */
  send(body: Uint8Array): RequestUnderWay;
  close(): void;
}

/**
 * Connects when the first request is made. What a protocol needs is loaded now.
 *
 * @throws Error for certificates that cannot be read
 */
export async function createConnection(target: OtlpTarget): Promise<OtlpConnection> {
  if (target.protocol === 'grpc') return new (await import('./otlp-grpc-request.ts')).GrpcConnection(target);
  return new (await import('./otlp-http-request.ts')).HttpConnection(target);
}
