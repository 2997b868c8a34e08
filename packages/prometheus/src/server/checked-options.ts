import { shownValue } from '../shown-value.ts';

/** What an option may be. */
export interface OptionRule {
  readonly isAllowed: (value: unknown) => boolean;
  /** In words. */
  readonly allowed: string;
  readonly isRequired?: boolean;
}

/**
 * Looks at all options there are. One that is undefined is as if it were not there.
 *
 * @param group what comes before the names of options in a group of their own
 * @throws TypeError that names the option, its value and what is allowed
 */
export function checkOptions<Name extends string>(
  options: Readonly<Partial<Record<Name, unknown>>>,
  rules: Readonly<Record<Name, OptionRule>>,
  group = '',
): void {
  const known = new Map<string, OptionRule>(Object.entries(rules));
  const names = [...known.keys()].join(', ');
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`the options are ${shownValue(options)}; allowed is an object of ${names}`);
  }
  for (const name of Object.keys(options)) {
    if (known.has(name)) continue;
    throw new TypeError(`${group}${name} is not an option; allowed are ${names}`);
  }
  const values = new Map(Object.entries(options));
  for (const [name, { isAllowed, allowed, isRequired = false }] of known) {
    const value = values.get(name);
    if (value === undefined ? !isRequired : isAllowed(value)) continue;
    throw new TypeError(`${group}${name} is ${shownValue(value)}; allowed is ${allowed}`);
  }
}

export const FUNCTION: OptionRule = { isAllowed: (value) => typeof value === 'function', allowed: 'a function' };

export function wholeNumber(least: number, most: number): OptionRule {
  return {
    isAllowed: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    allowed: `a whole number from ${least} to ${most}`,
  };
}
