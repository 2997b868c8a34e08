/**
 * node:http as it is, and not as an import gives it: that reads all that there is in the module, and so loads what Node keeps for who
 * uses it, a client for WebSocket among it. That takes as long as Node itself takes to start.
 */
export const { createServer, OutgoingMessage } = process.getBuiltinModule('node:http');
