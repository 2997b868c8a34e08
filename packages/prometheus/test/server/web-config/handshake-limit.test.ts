import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { openWebConfig, PrometheusServer } from '@flowmeter/prometheus';
import { fakeSource } from '../support/fake-source.ts';
import { Authority, withoutOpenssl } from './support/authority.ts';
import { Folder } from './support/folder.ts';

describe('a TLS handshake', { skip: withoutOpenssl }, () => {
  const folder = new Folder();
  after(() => folder[Symbol.dispose]());

  it("that is not finished is cut off after the server's own limit", { timeout: 5000 }, async () => {
    new Authority(folder.path, 'authority').issue('server');
    const path = folder.write('tls.yml', 'tls_server_config: {cert_file: server.pem, key_file: server.key}');
    const webConfig = await openWebConfig(path);
    const limits = { headersMs: 50 };
    const server = new PrometheusServer(fakeSource('up 1\n'), { host: 'localhost', port: 0, limits, ...webConfig });
    const { port } = new URL(await server.listen());
    const socket = connect(Number(port), 'localhost').on('error', () => {});
    await once(socket.resume(), 'close');
    await server.close();
    await webConfig.close();
  });
});
