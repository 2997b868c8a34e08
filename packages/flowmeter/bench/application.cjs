'use strict';

// An application that does nothing but say what it has taken: when it ends, or as soon as its endpoint can be connected to.
const until = process.argv[2];

/** @param {object} result */
function tell(result) {
  require('node:fs').writeSync(1, JSON.stringify(result));
}

function tellMemory() {
  const { rss } = process.memoryUsage();
  global.gc();
  tell({ rss, heap: process.memoryUsage().heapUsed });
}

function awaitEndpoint() {
  const socket = require('node:net').connect(Number(process.env['OTEL_EXPORTER_PROMETHEUS_PORT']), 'localhost');
  socket.on('error', () => setTimeout(awaitEndpoint, 5));
  socket.on('connect', () => {
    tellMemory();
    process.exit();
  });
}

if (until === 'end') {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    tell({ cpuMs: (user + system) / 1000 });
  });
} else if (until === 'endpoint') {
  awaitEndpoint();
} else {
  tellMemory();
}
