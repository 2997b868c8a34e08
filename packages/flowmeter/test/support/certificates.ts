import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files: an authority of our own, and what it has signed. */
export interface Certificates {
  readonly folder: string;
  readonly authority: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
}

/** Whether certificates can be made here. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Makes an authority, a certificate for localhost, and one for a client of the name, in a temporary folder. */
export function makeCertificates(clientName: string): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'flowmeter-certificates-'));
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=flowmeter test authority');
  const sign = (name: string, subject: string, extension: string): { certificate: string; key: string } => {
    openssl('req', ...key.slice(0, 5), '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    writeFileSync(path(`${name}.cnf`), extension);
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, '-extfile', `${name}.cnf`, '-out', `${name}.pem`);
    return { certificate: path(`${name}.pem`), key: path(`${name}.key`) };
  };
  return {
    folder,
    authority: path('ca.pem'),
    server: sign('server', 'localhost', 'subjectAltName=DNS:localhost'),
    client: sign('client', clientName, 'extendedKeyUsage=clientAuth'),
  };
}

/** What a TLS server takes, asking for a client certificate but answering without one as well. */
export function serverOptions({ authority, server }: Certificates): {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
  requestCert: true;
  rejectUnauthorized: false;
} {
  const [ca, cert, key] = [authority, server.certificate, server.key].map((path) => readFileSync(path)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  return { ca, cert, key, requestCert: true, rejectUnauthorized: false };
}
