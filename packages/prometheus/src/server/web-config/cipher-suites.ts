/**
 * Go's names of the suites that it calls secure (`tls.CipherSuites()`), and OpenSSL's of the same. All have forward
 * secrecy; RSA key exchange, RC4, 3DES and CBC with SHA-256 are what Go calls insecure.
 */
const TLS_1_2: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
};
const TLS_1_3 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

/** Every name that is allowed. */
export const CIPHER_SUITES: readonly string[] = [...Object.keys(TLS_1_2), ...TLS_1_3];

/** All of them, for messages. */
export const CIPHER_SUITES_IN_BRIEF = [
  'TLS_ECDHE_{ECDSA,RSA}_WITH_{AES_128_GCM_SHA256,AES_256_GCM_SHA384,CHACHA20_POLY1305_SHA256,AES_128_CBC_SHA,AES_256_CBC_SHA}',
  ...TLS_1_3,
].join(', ');

/** Go's suites that are known and not allowed. */
const WEAK = /RC4|3DES|CBC_SHA256$|^TLS_RSA_/;

export function isWeakCipherSuite(name: string): boolean {
  return WEAK.test(name);
}

/**
 * OpenSSL's list of the suites, in their order; without suites of TLS 1.2, that version is off. As in Go, those of
 * TLS 1.3 are not a choice: all are there.
 */
export function toOpensslCiphers(names: readonly string[]): string {
  return [...TLS_1_3, ...names.flatMap((name) => TLS_1_2[name] ?? [])].join(':');
}

/** Whether any suite of TLS 1.2 in OpenSSL's list goes with a key of this type; Ed25519 goes with those of ECDSA. */
export function hasSuiteFor(keyType: string | undefined, ciphers: string): boolean {
  const prefix = keyType?.startsWith('rsa') === true ? 'ECDHE-RSA-' : 'ECDHE-ECDSA-';
  return ciphers.split(':').some((suite) => suite.startsWith(prefix));
}

/** Whether any of the suites is for TLS 1.2. */
export function hasTls12Suite(names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(TLS_1_2, name));
}
