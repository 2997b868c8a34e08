import { readFileSync } from 'node:fs';
import type { Agent, ClientRequest } from 'node:http';
import https from 'node:https';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { http } from '../node-http.ts';
import { USER_AGENT } from './user-agent.ts';

/** What a request of OTLP over HTTP is made with. */
export type OtlpTarget = Pick<
  OtlpConfiguration,
  'url' | 'protocol' | 'headers' | 'compression' | 'certificate' | 'clientCertificate' | 'clientKey'
>;

/** The connections to a collector. */
export function createAgent({ url, certificate, clientCertificate, clientKey }: OtlpTarget): Agent {
  if (!url.startsWith('https:')) return new http.Agent({ keepAlive: true });
  return new https.Agent({
    keepAlive: true,
    ...(certificate !== undefined && { ca: readFileSync(certificate) }),
    ...(clientCertificate !== undefined && { cert: readFileSync(clientCertificate) }),
    ...(clientKey !== undefined && { key: readFileSync(clientKey) }),
  });
}

/** Begins a request for a body of so many bytes, which is still to be written. */
export function beginRequest(
  { url, headers, compression, protocol }: OtlpTarget,
  agent: Agent,
  bytes: number,
): ClientRequest {
  return (url.startsWith('https:') ? https : http).request(url, {
    method: 'POST',
    agent,
    headers: {
      'user-agent': USER_AGENT,
      ...headers,
      'content-type': protocol === 'http/json' ? 'application/json' : 'application/x-protobuf',
      'content-length': bytes,
      ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
    },
  });
}
