import { readFileSync } from 'node:fs';
import type tls from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { OtlpTarget } from './otlp-connection.ts';

/** What is trusted and shown on a secure connection, for Node's TLS. */
export function certificatesOf({
  certificate,
  authorities,
  clientCertificate,
  clientKey,
}: OtlpTarget): Pick<tls.SecureContextOptions, 'ca' | 'cert' | 'key'> {
  return {
    ...(authorities !== undefined && { ca: [...authorities] }),
    ...(certificate !== undefined && { ca: readFileSync(certificate) }),
    ...(clientCertificate !== undefined && { cert: readFileSync(clientCertificate) }),
    ...(clientKey !== undefined && { key: readFileSync(clientKey) }),
  };
}

/**
 * The target for another thread, with the authorities that Node trusts in this one: flags and `tls.setDefaultCACertificates()` are each
 * thread's own.
 */
export function withAuthorities(target: OtlpTarget): OtlpTarget {
  if (!target.url.startsWith('https:') || target.certificate !== undefined) return target;
  // Absent before 22.15, where all threads trust the same.
  const { getCACertificates } = process.getBuiltinModule('node:tls') as Partial<typeof tls>;
  if (getCACertificates === undefined) return target;
  const authorities = getCACertificates('default');
  // With OpenSSL's own store, which cannot be listed and is the same for all threads, these are all there are.
  return isDeepStrictEqual(authorities, getCACertificates('extra')) ? target : { ...target, authorities };
}
