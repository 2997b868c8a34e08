import { ValueType } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';

/** Whether the values of a metric are written as integers, wherever they are some. */
export function isOfIntegers({ descriptor }: MetricData): boolean {
  return descriptor.valueType === ValueType.INT;
}

/** Whether a number can be written as an integer of 64 bits. A total that has outgrown them is written as a double. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}
