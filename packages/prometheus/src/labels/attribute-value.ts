/** As many values as the text of one attribute shows, so that there is an end to one that refers to the same parts often. */
const MOST_PARTS = 10_000;
const DEEPEST = 64;

/**
 * The value of an attribute as text (specification, common concepts, "AnyValue representation for non-OTLP protocols"): a
 * string as it is, a boolean or number as in JSON (`NaN`, `Infinity`, `-Infinity`), bytes in Base64, an array or object in JSON,
 * and nothing for an empty value. What is not an AnyValue, such as a function, is taken for an empty value, and so is in arrays
 * and objects what cannot be read or contains itself. Lone surrogates, and NUL, which Prometheus refuses in exemplars, become
 * U+FFFD. Never throws.
 */
export function attributeText(value: unknown): string {
  if (typeof value === 'string') return toReadable(value);
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? '' : objectText(value);
    default:
      return '';
  }
}

function toReadable(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

function objectText(value: object): string {
  try {
    return base64Of(value) ?? partsToJson(value, { parts: MOST_PARTS, parents: new Set() });
  } catch {
    // A proxy that was revoked, or one that hides what it is.
    return '';
  }
}

/** What is left to show, and what is being shown. */
interface Shown {
  parts: number;
  readonly parents: Set<object>;
}

function toJson(value: unknown, shown: Shown): string {
  shown.parts -= 1;
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.toWellFormed());
    case 'number':
      return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'object': {
      if (value === null || shown.parents.has(value) || shown.parents.size >= DEEPEST) return 'null';
      const bytes = base64Of(value);
      return bytes === undefined ? partsToJson(value, shown) : JSON.stringify(bytes);
    }
    default:
      return 'null';
  }
}

function partsToJson(value: object, shown: Shown): string {
  shown.parents.add(value);
  const json = Array.isArray(value) ? arrayToJson(value, shown) : mapToJson(value, shown);
  shown.parents.delete(value);
  return json;
}

function arrayToJson(values: readonly unknown[], shown: Shown): string {
  const parts: string[] = [];
  for (let index = 0; index < values.length && shown.parts > 0; index += 1) {
    parts.push(toJson(read(values, index), shown));
  }
  return `[${parts.join(',')}]`;
}

function mapToJson(map: object, shown: Shown): string {
  const parts: string[] = [];
  for (const key of Object.keys(map)) {
    if (shown.parts <= 0) break;
    const value = read(map as Readonly<Record<string, unknown>>, key);
    parts.push(`${JSON.stringify(key.toWellFormed())}:${toJson(value, shown)}`);
  }
  return `{${parts.join(',')}}`;
}

function read<Key extends PropertyKey>(from: { readonly [key in Key]: unknown }, key: Key): unknown {
  try {
    return from[key];
  } catch {
    return undefined;
  }
}

function base64Of(value: object): string | undefined {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  return undefined;
}
