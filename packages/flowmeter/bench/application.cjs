'use strict';

// An application that says what it has taken: when it ends, having done nothing, or when it has recorded something and its endpoint can
// be connected to.
const until = process.argv[2];

/** @param {object} result */
function tell(result) {
  require('node:fs').writeSync(1, JSON.stringify(result));
}

/** @param {number} recordedMs */
function tellMemory(recordedMs) {
  const { rss } = process.memoryUsage();
  global.gc();
  tell({ recordedMs, rss, heap: process.memoryUsage().heapUsed });
  process.exit();
}

/** @returns {number} when, in milliseconds since the process was started */
function record() {
  require('@opentelemetry/api').metrics.getMeter('application').createCounter('started').add(1);
  return performance.now();
}

/** @param {number} recordedMs */
function awaitEndpoint(recordedMs) {
  const socket = require('node:net').connect(Number(process.env['OTEL_EXPORTER_PROMETHEUS_PORT']), 'localhost');
  socket.on('error', () => setTimeout(() => awaitEndpoint(recordedMs), 5));
  socket.on('connect', () => tellMemory(recordedMs));
}

if (until === 'end') {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    tell({ cpuMs: (user + system) / 1000 });
  });
} else if (until === 'endpoint') {
  awaitEndpoint(record());
} else {
  tellMemory(performance.now());
}
