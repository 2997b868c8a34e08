'use strict';

// Gives the same module instance as `import` does, so that loading both ways starts once. Whatever goes wrong here must not
// keep the application from starting.
try {
  require('flowmeter').startFromEnvironment();
} catch (error) {
  console.error(
    `flowmeter: not started: ${String(error).replace(/\s*\n\s*/g, ' ')} (Node ${process.version}; 20.19 or later is needed)`,
  );
}
