import type { RequestListener, Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { clientCertificateOptions, isAdmitted } from './client-admission.ts';
import type { TlsCertificates } from './tls-certificates.ts';
import type { TlsConfig } from './web-config.ts';

/** An https server, not listening yet, whose every new connection meets the certificates of that moment. */
export function createTlsServer(
  tls: TlsConfig,
  certificates: TlsCertificates,
  options: ServerOptions,
  listener: RequestListener,
): Server {
  let inUse = certificates.current();
  const server = createServer({ ...options, ...inUse, ...clientCertificateOptions(tls) }, listener);
  // Before the server's own listeners, which begin the handshake and take the first request.
  server.prependListener('connection', () => {
    const current = certificates.current();
    if (current === inUse) return;
    inUse = current;
    server.setSecureContext(current);
  });
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!isAdmitted(socket, tls)) socket.destroy();
  });
  return server;
}
