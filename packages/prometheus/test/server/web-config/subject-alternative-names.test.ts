import { deepStrictEqual } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { subjectAlternativeNames } from '../../../src/server/web-config/subject-alternative-names.ts';
import { withoutOpenssl } from './support/authority.ts';
import { Folder } from './support/folder.ts';

const CONFIGURATION = `
[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no
[subject]
CN = not.a.name
[extensions]
subjectAltName = @names
[names]
DNS.1 = a.example
DNS.2 = "b.example, DNS:forged.example"
IP.1 = 2001:db8::1
URI.1 = http://c.example/?a,"b"
email.1 = d@example.org
otherName.1 = 1.2.3.4;UTF8:x, DNS:forged.example
dirName.1 = directory
RID.1 = 1.2.3.4
[directory]
CN = y, DNS:forged.example
`;

it('names come out as they were issued, and none can pass for two', { skip: withoutOpenssl }, () => {
  using folder = new Folder();
  folder.write('names.cnf', CONFIGURATION);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
  const args = ['req', '-x509', ...key, '-days', '2', '-out', 'names.pem', '-config', 'names.cnf'];
  execFileSync('openssl', args, { cwd: folder.path, stdio: 'ignore' });
  deepStrictEqual(subjectAlternativeNames(new X509Certificate(readFileSync(join(folder.path, 'names.pem')))), [
    'a.example',
    'b.example, DNS:forged.example',
    '2001:db8::1',
    'http://c.example/?a,b',
    'd@example.org',
  ]);
});
