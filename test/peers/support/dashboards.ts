/** Dashboards of Grafana, as files. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource: DataSource;
  readonly options: object;
  readonly fieldConfig: { readonly defaults: { readonly custom?: object } };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

export interface Variable {
  readonly name: string;
  readonly query: string;
  readonly allValue: string;
  readonly datasource: DataSource;
}

interface DataSource {
  readonly type: string;
  readonly uid: string;
}

/** The dashboards of a folder, by the names of their files. */
export function dashboardsIn(folder: string): ReadonlyMap<string, Dashboard> {
  const files = globSync('*.json', { cwd: folder }).toSorted();
  return new Map(files.map((file) => [file, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard]));
}

/**
 * A query as Grafana asks it where nothing is chosen: all values of all variables, and rates over a minute.
 *
 * @throws Error where it has a variable that the dashboard does not have
 */
export function asked(query: string, { templating: { list } }: Dashboard): string {
  return query.replaceAll(/\$(\w+)/g, (_, name: string) => {
    if (name === '__rate_interval') return '1m';
    const variable = list.find((each) => each.name === name);
    if (variable === undefined) throw new Error(`there is no variable ${name}: ${query}`);
    return variable.allValue;
  });
}

/** What finds the values that a variable offers, each in a series of its own. */
export function valuesOf({ query }: Variable): string {
  const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
  if (selector === undefined) throw new Error(`it asks for no values of a label: ${query}`);
  return `count by (${label}) (${selector})`;
}
