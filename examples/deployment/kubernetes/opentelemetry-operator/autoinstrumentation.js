'use strict';

// The file that OpenTelemetry's operator has Node require, in the folder that it copies into the pod. What the application
// has installed of flowmeter and of OpenTelemetry's API stays what it is: both record into the one that runs here.
module.exports = require('flowmeter/register');
