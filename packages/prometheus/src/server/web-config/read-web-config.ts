import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { inWords } from '../../in-words.ts';
import { parseYaml } from './parse-yaml.ts';
import { readHeaders } from './read-headers.ts';
import { readRateLimit } from './read-rate-limit.ts';
import { readTlsConfig } from './read-tls-config.ts';
import { readUsers } from './read-users.ts';
import { Section } from './section.ts';
import { loadCertificates } from './load-certificates.ts';
import type { WebConfig } from './web-config.ts';

const LONGEST_BYTES = 1024 * 1024;

/**
 * Reads and checks a web configuration file and the certificates that it names, by the exporter-toolkit's format. What the
 * toolkit would ignore or serve weakly is refused. File names are relative to the configuration file's folder.
 *
 * @throws Error with one line: the file, the key, the value if it is no secret, and what is allowed
 */
export async function readWebConfig(path: string): Promise<WebConfig> {
  try {
    return await toWebConfig(await readText(path), dirname(resolve(path)));
  } catch (error) {
    throw new Error(`${path}: ${inWords(error)}`, { cause: error });
  }
}

async function readText(path: string): Promise<string> {
  const status = await stat(path).catch(unreadable);
  if (!status.isFile()) throw new Error('is not a file; allowed is a YAML file');
  if (status.size > LONGEST_BYTES)
    throw new Error(`has ${status.size} bytes; allowed are ${LONGEST_BYTES} at the most`);
  return readFile(path, 'utf8').catch(unreadable);
}

function unreadable(error: NodeJS.ErrnoException): never {
  throw new Error(`cannot be read (${error.code ?? error.message}); allowed is a readable YAML file`, { cause: error });
}

async function toWebConfig(text: string, folder: string): Promise<WebConfig> {
  const keys = ['tls_server_config', 'http_server_config', 'basic_auth_users', 'rate_limit'] as const;
  const file = new Section('', await parseYaml(text), keys);
  const tls = readTlsConfig(file.value('tls_server_config'), folder);
  const warnings: string[] = [];
  const users = readUsers(file.value('basic_auth_users'));
  if (tls === undefined && users.size === 0) warnings.push('sets neither TLS nor users: the endpoint is open to all');
  if (tls !== undefined) {
    warnings.push(...loadCertificates(tls).warnings);
    if (tls.clientAuthType === 'RequireAnyClientCert' && tls.clientAllowedSans.length > 0) {
      warnings.push(
        'tls_server_config.client_allowed_sans is looked for in certificates that RequireAnyClientCert does not verify: anybody can make one',
      );
    }
  }
  return {
    tls,
    headers: readHeaders(file.value('http_server_config')),
    users,
    rateLimit: readRateLimit(file.value('rate_limit')),
    warnings,
  };
}
