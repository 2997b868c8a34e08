/** A measurement's value in the words of a message, in short. Never throws, whatever the value does when it is looked at. */
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

/** A setting in the words of a message, with what is in it, so that its author finds it. Never throws. */
export function describeSetting(setting: unknown): string {
  if (typeof setting === 'string') return JSON.stringify(setting);
  if (typeof setting !== 'object' || setting === null) return describeValue(setting);
  try {
    return Array.isArray(setting) ? `[${setting.map(describeSetting).join(', ')}]` : JSON.stringify(setting);
  } catch {
    return 'an object';
  }
}

/** An error in words, whatever was thrown. */
export function describeError(error: unknown): string {
  try {
    const text: unknown = error instanceof Error ? error.message : error;
    return typeof text === 'string' ? text : describeValue(text);
  } catch {
    return 'an error that cannot be written';
  }
}
