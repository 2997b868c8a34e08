import {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  ExportResultCode,
  InstrumentType,
} from '@flowmeter/engine';
import * as core from '@opentelemetry/core';
import * as sdk from '@opentelemetry/sdk-metrics';
import assert from 'node:assert/strict';
import { test } from 'node:test';

for (const [name, ours, stock] of [
  ['AggregationTemporality', AggregationTemporality, sdk.AggregationTemporality],
  ['AggregationType', AggregationType, sdk.AggregationType],
  ['DataPointType', DataPointType, sdk.DataPointType],
  ['InstrumentType', InstrumentType, sdk.InstrumentType],
  ['ExportResultCode', ExportResultCode, core.ExportResultCode],
] as const) {
  test(`${name} has the members and the values of OpenTelemetry's own`, () => {
    // A numeric enumeration has its names by value as well.
    const members = Object.entries(stock).filter(([key]) => !/^\d+$/.test(key));
    assert.deepEqual(Object.fromEntries(members), ours);
  });
}
