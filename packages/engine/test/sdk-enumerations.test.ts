import * as engine from '@flowmeter/engine';
import * as core from '@opentelemetry/core';
import * as sdk from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';

for (const [name, stock] of Object.entries({
  AggregationTemporality: sdk.AggregationTemporality,
  AggregationType: sdk.AggregationType,
  DataPointType: sdk.DataPointType,
  InstrumentType: sdk.InstrumentType,
  ExportResultCode: core.ExportResultCode,
})) {
  test(`${name} has the members and the values of OpenTelemetry's own`, () => {
    // A numeric enumeration has its names by value as well.
    const members = Object.entries(stock).filter(([key]) => !/^\d+$/.test(key));
    assert.deepEqual(Object.fromEntries(members), { ...engine[name as keyof typeof engine] });
  });
}
