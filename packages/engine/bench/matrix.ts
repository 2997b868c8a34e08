/** What is measured of calls: {how, and into what} × {0, 1, 2, 4 attributes} × {counter, gauge, histogram}. */
import type { Call, Kind, Setting } from './contenders/contender.ts';
import { CONTENDERS, type Name } from './contenders/load.ts';

interface Form {
  readonly title: string;
  readonly call: Call;
  readonly setting: Setting;
}

const KINDS: readonly Kind[] = ['counter', 'gauge', 'histogram'];
const ATTRIBUTES = [0, 1, 2, 4];
const FORMS: readonly Form[] = [
  { title: 'unbound', call: 'unbound', setting: 'plain' },
  { title: 'positional', call: 'positional', setting: 'plain' },
  { title: 'bound', call: 'bound', setting: 'plain' },
  { title: 'bound at overflow', call: 'bound', setting: 'overflow' },
  { title: 'unbound with a view', call: 'unbound', setting: 'view' },
  { title: 'bound with a view', call: 'bound', setting: 'view' },
];
/** What a context manager costs, as every service has that traces. */
const TRACING: readonly Form[] = [
  { title: 'positional beside tracing', call: 'positional', setting: 'tracing' },
  { title: 'bound beside tracing', call: 'bound', setting: 'tracing' },
];

/** A line of the result: a call as ours are called. */
export interface CallRow {
  readonly kind: Kind;
  readonly attributes: number;
  readonly form: Form;
}

export const CALL_ROWS: readonly CallRow[] = KINDS.flatMap((kind) =>
  ATTRIBUTES.flatMap((attributes) =>
    [...FORMS, ...(attributes === 2 ? TRACING : [])].map((form) => ({ kind, attributes, form })),
  ),
);

/** What a bound call is compared with. */
export const BARE_WRITE: CallRow = {
  kind: 'counter',
  attributes: 0,
  form: { title: 'bare write to a typed array', call: 'bound', setting: 'plain' },
};

export function questionOf({ kind, attributes, form }: CallRow): string {
  return `${kind}, ${attributes} ${attributes === 1 ? 'attribute' : 'attributes'}, ${form.title}`;
}

/** Something to measure of one contender: the arguments of its process. */
export type Case = readonly [name: Name, kind: Kind, attributes: string, call: Call, setting: Setting];

/** What stands for a contender in a row: its own such call, or the unbound one where it has no other, or nothing. */
export function caseFor(name: Name, { kind, attributes, form }: CallRow): Case | undefined {
  const { calls, settings } = CONTENDERS[name];
  if (!settings.includes(form.setting)) return undefined;
  return [name, kind, String(attributes), calls.includes(form.call) ? form.call : 'unbound', form.setting];
}
