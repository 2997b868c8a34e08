import { ValueType, type MetricAdvice, type MetricOptions } from '@opentelemetry/api';
import type { InstrumentType, MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { describeSetting } from './described.ts';
import { kindOf } from './instrument-kind.ts';

/** What an instrument is, or with a view's name and description, what a stream is: sdk-metrics' descriptor. */
export interface InstrumentDescriptor extends MetricDescriptor {
  readonly type: InstrumentType;
  readonly advice: MetricAdvice;
}

/** The syntax of instrument names (specification, API, "Instrument name syntax"). */
const NAME = /^[a-z][a-z0-9_.\-/]{0,254}$/i;

/** The syntax in the words of a message. */
export const NAME_IN_WORDS = 'up to 255 letters, digits, _ . - and /, with a letter first';

/** Whether a name has the specification's syntax; whoever writes JavaScript may pass anything. */
export function isValidName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** The descriptor of an instrument that is created with these options. */
export function describe(name: string, type: InstrumentType, options: MetricOptions | undefined): InstrumentDescriptor {
  const { description, unit, valueType, advice } = options ?? {};
  return {
    name,
    description: description ?? '',
    type,
    unit: unit ?? '',
    valueType: valueType ?? ValueType.DOUBLE,
    advice: advice ?? {},
  };
}

/** A descriptor in words, for the warnings that name both sides of a conflict. */
export function inWords({ name, type, unit, valueType, description }: InstrumentDescriptor): string {
  const facts = `unit ${describeSetting(unit)}, value type ${ValueType[valueType]}, description ${describeSetting(description)}`;
  return `${kindOf(type).words} ${name} (${facts})`;
}
