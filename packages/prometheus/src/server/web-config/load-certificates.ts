import { constants, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { hasSuiteFor } from './cipher-suites.ts';
import { keyWeakness } from './key-weakness.ts';
import { nameOf, readPem } from './read-pem.ts';
import type { PemSource, TlsConfig } from './web-config.ts';

/** What a server's secure context is made of, checked. */
export interface LoadedCertificates {
  readonly context: SecureContextOptions;
  /** A sentence for each certificate that is out of its time: clients will say no, but that is theirs to say. */
  readonly warnings: readonly string[];
}

/**
 * Reads the certificate, its key and the client authorities, and checks that they are good for TLS together.
 *
 * @throws Error with one line naming the key and the file; nothing of a private key is in it
 */
export function loadCertificates(tls: TlsConfig): LoadedCertificates {
  const chain = readCertificates(tls.certificate);
  const keyText = readPem(tls.key);
  const key = readKey(tls.key, keyText);
  if (chain[0]?.checkPrivateKey(key) !== true) {
    throw new Error(`${nameOf(tls.key)}, which is not the key of the certificate in ${tls.certificate.configKey}`);
  }
  checkSuites(tls, key);
  const authorities = tls.clientAuthority === undefined ? [] : readAuthorities(tls.clientAuthority);
  const context: SecureContextOptions = {
    ...tls.protocol,
    cert: chain.map(String).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }),
    ...(authorities.length === 0 ? {} : { ca: authorities.map(String) }),
    secureOptions: secureOptionsOf(tls),
  };
  tryContext(context, tls.certificate);
  return { context, warnings: outOfTime(tls.certificate, chain) };
}

function readCertificates(source: PemSource): readonly X509Certificate[] {
  const blocks = readPem(source).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error(`${nameOf(source)}, which holds no PEM certificate`);
  const certificates = blocks.map((block) => {
    try {
      const certificate = new X509Certificate(block);
      return { certificate, publicKey: certificate.publicKey };
    } catch (error) {
      throw new Error(`${nameOf(source)}, which holds a certificate that cannot be read`, { cause: error });
    }
  });
  for (const { publicKey } of certificates) checkStrength(source, publicKey);
  return certificates.map(({ certificate }) => certificate);
}

function readKey(source: PemSource, text: string): KeyObject {
  if (!/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text))
    throw new Error(`${nameOf(source)}, which holds no PEM private key`);
  if (text.includes('ENCRYPTED'))
    throw new Error(`${nameOf(source)}, which holds an encrypted key; allowed is one without`);
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new Error(`${nameOf(source)}, which holds a private key that cannot be read`, { cause: error });
  }
}

/** OpenSSL, as Node uses it, trusts what is signed by a root; by an intermediate alone it would refuse every client. */
function readAuthorities(source: PemSource): readonly X509Certificate[] {
  const authorities = readCertificates(source);
  for (const each of authorities) {
    const isRoot = each.subject === each.issuer;
    if (!isRoot && !authorities.some((issuer) => issuer !== each && each.checkIssued(issuer))) {
      throw new Error(
        `${nameOf(source)}, which holds ${subjectOf(each)} without the certificate of its issuer; allowed are roots, and others with theirs`,
      );
    }
  }
  return authorities;
}

function checkStrength(source: PemSource, key: KeyObject): void {
  const weakness = keyWeakness(key);
  if (weakness !== undefined) throw new Error(`${nameOf(source)}, which has a weak key: ${weakness}`);
}

/** Without TLS 1.3, whose suites go with every key, a client and this server might have none in common. */
function checkSuites({ protocol: { maxVersion, ciphers }, key: source }: TlsConfig, key: KeyObject): void {
  const type = key.asymmetricKeyType;
  if (maxVersion !== 'TLSv1.2' || ciphers === undefined || hasSuiteFor(type, ciphers)) return;
  throw new Error(
    `tls_server_config.cipher_suites has no suite of TLS 1.2, which is the max_version, for the key in ${source.configKey} (${type})`,
  );
}

/** A resumed session would bring the verdict on a client's certificate from before; a renegotiated one, another client. */
function secureOptionsOf({ clientAuthType }: TlsConfig): number {
  const { SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = constants;
  return clientAuthType === 'NoClientCert' ? SSL_OP_NO_RENEGOTIATION : SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET;
}

/** OpenSSL has the last word, on signatures that it finds too weak for one. */
function tryContext(context: SecureContextOptions, source: PemSource): void {
  try {
    createSecureContext(context);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`${nameOf(source)}, which TLS cannot use (${reason})`, { cause: error });
  }
}

function outOfTime(source: PemSource, chain: readonly X509Certificate[]): readonly string[] {
  const now = Date.now();
  return chain
    .filter(({ validFrom, validTo }) => now < Date.parse(validFrom) || now > Date.parse(validTo))
    .map(
      (each) => `${nameOf(source)}, where ${subjectOf(each)} is valid from ${each.validFrom} to ${each.validTo} only`,
    );
}

function subjectOf({ subject }: X509Certificate): string {
  return JSON.stringify((subject ?? '').replaceAll('\n', ', '));
}
