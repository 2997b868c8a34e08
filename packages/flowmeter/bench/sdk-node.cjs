'use strict';

// As its documentation has it, with what is exported in the environment.
const { NodeSDK } = require('@opentelemetry/sdk-node');

new NodeSDK().start();
