/** A value of whatever type in the words of a report. Never throws, whatever the value does when it is looked at. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

/** What was thrown, in the words of a report. Never throws: what was thrown may not be an error, nor have a text. */
export function describeError(error: unknown): string {
  try {
    return String(error);
  } catch {
    return describeValue(error);
  }
}
