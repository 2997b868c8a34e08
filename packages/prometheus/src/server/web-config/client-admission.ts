import type { TLSSocket } from 'node:tls';
import { normalized, subjectAlternativeNames } from './subject-alternative-names.ts';
import type { TlsConfig } from './web-config.ts';

/** How node:tls is to ask for client certificates. What it cannot do is done by {@link isAdmitted}. */
export function clientCertificateOptions({ clientAuthType }: TlsConfig): {
  requestCert: boolean;
  rejectUnauthorized: boolean;
} {
  return {
    requestCert: clientAuthType !== 'NoClientCert',
    rejectUnauthorized: clientAuthType === 'RequireAndVerifyClientCert',
  };
}

/** Whether the client of a connection whose handshake is done may speak. */
export function isAdmitted(socket: TLSSocket, { clientAuthType, clientAllowedSans }: TlsConfig): boolean {
  if (clientAuthType === 'NoClientCert' || clientAuthType === 'RequestClientCert') return true;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuthType === 'VerifyClientCertIfGiven';
  if (clientAuthType !== 'RequireAnyClientCert' && !socket.authorized) return false;
  if (clientAllowedSans.length === 0) return true;
  const names = subjectAlternativeNames(certificate);
  return clientAllowedSans.some((allowed) => names.includes(normalized(allowed)));
}
