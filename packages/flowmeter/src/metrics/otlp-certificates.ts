import { readFileSync } from 'node:fs';
import type { OtlpTarget } from './otlp-connection.ts';

/** What is trusted and shown on a secure connection, for Node's TLS. */
export function certificatesOf({ certificate, clientCertificate, clientKey }: OtlpTarget): {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
} {
  return {
    ...(certificate !== undefined && { ca: readFileSync(certificate) }),
    ...(clientCertificate !== undefined && { cert: readFileSync(clientCertificate) }),
    ...(clientKey !== undefined && { key: readFileSync(clientKey) }),
  };
}
