import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why tests that need certificates are skipped, or `false`. */
export const withoutOpenssl = hasOpenssl() ? false : 'openssl is not installed';

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Paths of PEM files. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Leaf {
  readonly subject?: string;
  /** Lines of openssl's section for `subjectAltName`. */
  readonly names?: readonly string[];
  readonly usage?: 'serverAuth' | 'clientAuth';
  /** openssl's options for the key. */
  readonly algorithm?: readonly string[];
  /** openssl's options for how long it is good. */
  readonly validity?: readonly string[];
}

const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const TWO_DAYS = ['-days', '2'];

/** An authority of our own, whose files are in a folder. */
export class Authority {
  readonly certificate: string;
  readonly #folder: string;
  readonly #name: string;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.certificate = join(folder, `${name}.pem`);
    const key = ['-newkey', ...P256, '-nodes', '-keyout', `${name}.key`];
    this.#openssl('req', '-x509', ...key, '-out', `${name}.pem`, '-subj', `/CN=${name}`, ...TWO_DAYS);
  }

  /** Signs a certificate; `name` names its files. */
  issue(name: string, leaf: Leaf = {}): KeyPair {
    const { subject = 'localhost', names = ['DNS = localhost'], usage = 'serverAuth', algorithm = P256 } = leaf;
    const key = ['-newkey', ...algorithm, '-nodes', '-keyout', `${name}.key`];
    this.#openssl('req', ...key, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    writeFileSync(
      join(this.#folder, `${name}.cnf`),
      `subjectAltName=@names\nextendedKeyUsage=${usage}\n[names]\n${names.join('\n')}\n`,
    );
    const signing = ['-CA', `${this.#name}.pem`, '-CAkey', `${this.#name}.key`, '-CAcreateserial'];
    const rest = ['-extfile', `${name}.cnf`, '-out', `${name}.pem`, ...(leaf.validity ?? TWO_DAYS)];
    this.#openssl('x509', '-req', '-in', `${name}.csr`, ...signing, ...rest);
    return { certificate: join(this.#folder, `${name}.pem`), key: join(this.#folder, `${name}.key`) };
  }

  /** Signs another authority's certificate. */
  issueAuthority(name: string): string {
    this.#openssl(
      'req',
      '-newkey',
      ...P256,
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${name}`,
    );
    writeFileSync(join(this.#folder, `${name}.cnf`), 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign');
    const signing = ['-CA', `${this.#name}.pem`, '-CAkey', `${this.#name}.key`, '-CAcreateserial'];
    const rest = ['-extfile', `${name}.cnf`, '-out', `${name}.pem`, ...TWO_DAYS];
    this.#openssl('x509', '-req', '-in', `${name}.csr`, ...signing, ...rest);
    return join(this.#folder, `${name}.pem`);
  }

  /** Makes a certificate that is its own authority. */
  selfSigned(name: string, extensions: readonly string[]): KeyPair {
    const key = ['-newkey', ...P256, '-nodes', '-keyout', `${name}.key`];
    const added = extensions.flatMap((extension) => ['-addext', extension]);
    this.#openssl('req', '-x509', ...key, '-out', `${name}.pem`, '-subj', `/CN=${name}`, ...added, ...TWO_DAYS);
    return { certificate: join(this.#folder, `${name}.pem`), key: join(this.#folder, `${name}.key`) };
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'ignore' });
  }
}

/** Text as a block scalar of YAML, four spaces deep. */
export function inlinePem(path: string): string {
  return `|\n${readFileSync(path, 'utf8').replace(/^/gm, '    ')}`;
}
