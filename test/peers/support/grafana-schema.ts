/** Dashboards by Grafana's own types, which TypeScript holds literals to: no field too many, none too few, none of another type. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/built-packages.ts';
import type { Dashboard } from './dashboards.ts';
import { grafanaSchema } from './peers.ts';

const TYPES = join(grafanaSchema.folder, 'node_modules/@grafana/schema/dist/types/raw');
/** The types of panels' options by which these tests have dashboards, and of the fields' where they have any. */
const PANELS = { timeseries: ['Options', 'FieldConfig'], stat: ['Options'] } as const;

/** In JSON, a member of an enumeration is its text. */
const PLAIN = `
  type Plain<Type> = Type extends string ? \`\${Type}\`
    : Type extends readonly (infer Item)[] ? Plain<Item>[]
    : Type extends object ? { [Key in keyof Type]: Plain<Type[Key]> } : Type;
`;

/** What Grafana's types have against a dashboard; nothing, if it is right. */
export async function complaintsAboutDashboard(dashboard: Dashboard): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowmeter-dashboard-'));
  try {
    await writeFile(join(folder, 'dashboard.ts'), [...imports(), PLAIN, ...literals(dashboard)].join('\n'));
    const options = '--noEmit --strict --module esnext --moduleResolution bundler --skipLibCheck';
    const tsc = join(REPOSITORY, 'node_modules/.bin/tsc');
    const { status, stdout, stderr } = spawnSync(tsc, [...options.split(' '), '--types', '', 'dashboard.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return status === 0 ? '' : stdout + stderr;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* imports(): Generator<string> {
  yield `import type { Dashboard } from '${TYPES}/dashboard/x/types.gen';`;
  for (const [type, names] of Object.entries(PANELS)) {
    const renamed = names.map((name) => `${name} as ${type}${name}`).join();
    yield `import type { ${renamed} } from '${TYPES}/composable/${type}/panelcfg/x/types.gen';`;
  }
}

function* literals(dashboard: Dashboard): Generator<string> {
  yield `export const dashboard: Plain<Dashboard> = ${JSON.stringify(dashboard)};`;
  for (const [index, { type, options, fieldConfig }] of dashboard.panels.entries()) {
    yield `export const options${index}: Plain<${type}Options> = ${JSON.stringify(options)};`;
    const { custom } = fieldConfig.defaults;
    if (custom !== undefined) {
      yield `export const fields${index}: Plain<${type}FieldConfig> = ${JSON.stringify(custom)};`;
    }
  }
}
