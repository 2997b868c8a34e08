'use strict';

// The same module instance as `import` gives, so that loading both ways starts once.
require('flowmeter').startFromEnvironment();
