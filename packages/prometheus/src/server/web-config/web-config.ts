import type { SecureVersion } from 'node:tls';

/**
 * What a web configuration file says: the format of the Prometheus exporter-toolkit
 * (github.com/prometheus/exporter-toolkit, docs/web-configuration.md), checked, with file names resolved.
 */
export interface WebConfig {
  /** `undefined`: plain HTTP. */
  readonly tls: TlsConfig | undefined;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names and bcrypt hashes; none: no authentication. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
  /** What is allowed but worth a warning, a sentence each. */
  readonly warnings: readonly string[];
}

/** A token bucket: `burst` requests at once, and one more each `intervalMs`. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/**
 * Go's `tls.ClientAuthType`: not asked; asked, and anything goes; there must be one, not verified; verified if there is
 * one; there must be one and it is verified.
 */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

export interface TlsConfig {
  readonly certificate: PemSource;
  readonly key: PemSource;
  readonly clientAuthority: PemSource | undefined;
  readonly clientAuthType: ClientAuthType;
  /** A client certificate must bear one of these; empty: any will do. */
  readonly clientAllowedSans: readonly string[];
  readonly protocol: TlsProtocol;
}

/** Options of node:tls, by its names. */
export interface TlsProtocol {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  readonly honorCipherOrder: boolean;
  readonly ciphers?: string;
  readonly ecdhCurve?: string;
}

/** Where PEM text is, and the key in the configuration that says so. */
export type PemSource =
  | { readonly configKey: string; readonly path: string }
  | { readonly configKey: string; readonly text: string };
