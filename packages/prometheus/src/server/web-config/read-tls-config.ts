import { resolve } from 'node:path';
import type { SecureVersion } from 'node:tls';
import {
  CIPHER_SUITES,
  CIPHER_SUITES_IN_BRIEF,
  hasTls12Suite,
  isWeakCipherSuite,
  toOpensslCiphers,
} from './cipher-suites.ts';
import { Section } from './section.ts';
import { either, shown } from './shown.ts';
import {
  CLIENT_AUTH_TYPES,
  type ClientAuthType,
  type PemSource,
  type TlsConfig,
  type TlsProtocol,
} from './web-config.ts';

const KEYS = [
  'cert_file',
  'key_file',
  'cert',
  'key',
  'client_auth_type',
  'client_ca_file',
  'client_ca',
  'client_allowed_sans',
  'min_version',
  'max_version',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
] as const;

type TlsSection = Section<(typeof KEYS)[number]>;

const VERSIONS: Readonly<Record<string, SecureVersion>> = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' };

/** Go's names, and OpenSSL's. */
const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** What verifies, and so needs something to verify by. */
const VERIFYING: readonly ClientAuthType[] = ['VerifyClientCertIfGiven', 'RequireAndVerifyClientCert'];

/** What lets nobody in without a certificate. */
const REQUIRING: readonly ClientAuthType[] = ['RequireAnyClientCert', 'RequireAndVerifyClientCert'];

/**
 * Reads `tls_server_config`; file names are relative to the folder. Looks at no file.
 *
 * @returns `undefined` if the section is missing or empty
 * @throws Error for the first value that is not allowed
 */
export function readTlsConfig(value: unknown, folder: string): TlsConfig | undefined {
  const section: TlsSection = new Section('tls_server_config', value, KEYS);
  if (section.isEmpty) return undefined;
  const certificate = pemSource(section, 'cert', folder);
  const key = pemSource(section, 'key', folder);
  if (certificate === undefined) throw missing('cert', 'a certificate');
  if (key === undefined) throw missing('key', "the certificate's key");
  const clientAuthority = pemSource(section, 'client_ca', folder);
  const clientAuthType = section.oneOf('client_auth_type', CLIENT_AUTH_TYPES) ?? 'NoClientCert';
  checkClientAuthority(clientAuthority, clientAuthType);
  return {
    certificate,
    key,
    clientAuthority,
    clientAuthType,
    clientAllowedSans: readAllowedSans(section, clientAuthType),
    protocol: readProtocol(section),
  };
}

function missing(key: string, what: string): Error {
  return new Error(`tls_server_config has neither ${key}_file nor ${key}; ${what} is needed`);
}

function pemSource(section: TlsSection, key: 'cert' | 'key' | 'client_ca', folder: string): PemSource | undefined {
  const path = section.text(`${key}_file`, 'the path of a PEM file');
  const text = section.text(key, 'PEM text');
  if (path !== undefined && text !== undefined) {
    throw new Error(`${section.keyOf(`${key}_file`)} and ${section.keyOf(key)} are both set; allowed is one of them`);
  }
  if (text !== undefined) return { configKey: section.keyOf(key), text };
  if (path === undefined) return undefined;
  if (path.includes('-----BEGIN'))
    throw section.wrong(`${key}_file`, `the path of a PEM file (PEM text goes to ${key})`);
  return { configKey: section.keyOf(`${key}_file`), path: resolve(folder, path) };
}

function checkClientAuthority(authority: PemSource | undefined, type: ClientAuthType): void {
  if (authority === undefined && VERIFYING.includes(type)) {
    // Go would verify by the authorities that the system trusts: anybody can have a certificate of theirs.
    throw new Error(`tls_server_config.client_auth_type is "${type}", which needs client_ca_file or client_ca`);
  }
  if (authority !== undefined && type === 'NoClientCert') {
    const types = either(CLIENT_AUTH_TYPES.filter((each) => each !== 'NoClientCert'));
    throw new Error(`${authority.configKey} is set, which needs a client_auth_type of ${types}`);
  }
}

function readAllowedSans(section: TlsSection, type: ClientAuthType): readonly string[] {
  const sans = section.texts('client_allowed_sans', 'DNS names, IP addresses, e-mail addresses or URIs');
  if (sans !== undefined && !REQUIRING.includes(type)) {
    throw new Error(
      `tls_server_config.client_allowed_sans is set, which needs a client_auth_type of ${either(REQUIRING)}`,
    );
  }
  return sans ?? [];
}

function readProtocol(section: TlsSection): TlsProtocol {
  const minimum = section.oneOf('min_version', Object.keys(VERSIONS), ' (the older ones are weak)') ?? 'TLS12';
  const maximum = section.oneOf('max_version', Object.keys(VERSIONS), ' (the older ones are weak)') ?? 'TLS13';
  if (minimum > maximum) {
    throw new Error(`tls_server_config.min_version is "${minimum}", which is above the max_version "${maximum}"`);
  }
  const suites = known(section, 'cipher_suites', CIPHER_SUITES, CIPHER_SUITES_IN_BRIEF);
  if (suites !== undefined && maximum === 'TLS12' && !hasTls12Suite(suites)) {
    throw new Error('tls_server_config.cipher_suites has no suite of TLS 1.2, which is the max_version');
  }
  const curves = known(section, 'curve_preferences', Object.keys(CURVES), Object.keys(CURVES).join(', '));
  return {
    minVersion: VERSIONS[minimum] ?? 'TLSv1.2',
    maxVersion: VERSIONS[maximum] ?? 'TLSv1.3',
    honorCipherOrder: section.flag('prefer_server_cipher_suites') ?? true,
    ...(suites === undefined ? {} : { ciphers: toOpensslCiphers(suites) }),
    ...(curves === undefined ? {} : { ecdhCurve: curves.map((curve) => CURVES[curve]).join(':') }),
  };
}

function known(
  section: TlsSection,
  key: 'cipher_suites' | 'curve_preferences',
  names: readonly string[],
  allowed: string,
): readonly string[] | undefined {
  const given = section.texts(key, `these: ${allowed}`);
  const unknown = given?.find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  const weak = isWeakCipherSuite(unknown) ? ', a weak one' : '';
  throw new Error(`${section.keyOf(key)} has ${shown(unknown)}${weak}; allowed are ${allowed}`);
}
