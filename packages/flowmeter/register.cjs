'use strict';

// Gives the same module instance as `import` does, so that loading both ways starts once. Whatever goes wrong here must
// not keep the application from starting. Node's own threads, which run the hooks of loaders, have nothing to measure.
const { isInternalThread } = require('node:worker_threads');

if (!isInternalThread) {
  try {
    require('flowmeter').startFromEnvironment();
  } catch (error) {
    const reason = String(error).replace(/\s*\n\s*/g, ' ');
    // Absent before 20.19 and 22.12, which cannot require an ES module.
    const hint = process.features.require_module ? '' : `; Node ${process.version} is too old, 20.19 is needed`;
    console.error(`flowmeter: not started: ${reason}${hint}`);
  }
}
