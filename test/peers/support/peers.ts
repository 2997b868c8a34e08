/** The real programs that the tests work with: which they are, where they lie, and whether they are there. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is built from Go modules, or put together from npm packages, by `npm run peers`. */
export interface BuiltPeer {
  readonly title: string;
  readonly version: string;
  /** What it is built with. */
  readonly tool: 'Go' | 'npm';
  /** What it is built from: files that pin every module or package by version and checksum. */
  readonly recipe: string;
  /** Where it lies once it is built: a folder for this version and this recipe, all of it there or none. */
  readonly folder: string;
  /** The names of its programs in the folder; of what npm gives, there is none. */
  readonly programs: readonly string[];
  /** The Go packages of the programs; where there is none, the Collector Builder writes the source. */
  readonly packages: readonly string[];
  /** Build tags that it needs; not there for none. */
  readonly tags?: readonly string[];
}

/** What comes from the system, of whatever version it has. */
export interface InstalledPeer {
  readonly title: string;
  /** Its name in the search path. */
  readonly program: string;
  readonly debianPackage: string;
  /** The arguments that make it say its version, and where in what it says that is. */
  readonly versionArguments: readonly string[];
  readonly version: RegExp;
}

/** Where `npm run peers` keeps what it has built. */
export const CACHE = fileURLToPath(new URL('../../../.peers', import.meta.url));

export const collector = built('otelcol', versionOfCollector, {
  title: 'OpenTelemetry Collector',
  tool: 'Go',
  programs: ['otelcol'],
  packages: [],
});

export const newPrometheus = built('prometheus', versionOfPrometheus, {
  title: 'Prometheus',
  tool: 'Go',
  programs: ['prometheus', 'promtool'],
  packages: ['github.com/prometheus/prometheus/cmd/prometheus', 'github.com/prometheus/prometheus/cmd/promtool'],
  tags: ['enable_kubernetes_sd'],
});

/** Checks configuration files by the schemas of what reads them, and prints them as JSON; the source is ours. */
export const manifests = built('manifests', versionOfKubernetes, {
  title: 'the checker of manifests, for Kubernetes',
  tool: 'Go',
  programs: ['manifests'],
  packages: ['.'],
});

/** The types of Grafana's dashboards. */
export const grafanaSchema = built('grafana-schema', versionOfGrafana, {
  title: "Grafana's schema",
  tool: 'npm',
  programs: [],
  packages: [],
});

/** The old end of the range. */
export const oldPrometheus: InstalledPeer = {
  title: "Debian's Prometheus",
  program: 'prometheus',
  debianPackage: 'prometheus',
  versionArguments: ['--version'],
  version: /version (\S+)/,
};

/** Another store that takes remote write. Its modules are not to be had everywhere, so it is not built. */
export const victoriaMetrics: InstalledPeer = {
  title: "Debian's VictoriaMetrics",
  program: 'victoria-metrics',
  debianPackage: 'victoria-metrics',
  versionArguments: ['--version'],
  version: /(?:version |victoria-metrics-)(\S+)/,
};

export const builtPeers = [manifests, grafanaSchema, collector, newPrometheus];
export const installedPeers = [oldPrometheus, victoriaMetrics];

/** The path of a program that was built. */
export function programOf({ folder, programs }: BuiltPeer, name = programs[0] ?? ''): string {
  return join(folder, name);
}

/** The version that an installed program says it has; `undefined` where it is not installed. */
export function installedVersion({ program, versionArguments, version }: InstalledPeer): string | undefined {
  const { error, stdout, stderr } = spawnSync(program, versionArguments, { encoding: 'utf8' });
  return error === undefined ? (version.exec(stdout + stderr)?.[1] ?? '(it does not tell its version)') : undefined;
}

/**
 * Why tests that need these are skipped: `false` where all are there.
 * With `PEERS_REQUIRED=true` nothing is skipped: what is missing makes the tests fail that need it.
 */
export function missing(...peers: readonly (BuiltPeer | InstalledPeer)[]): string | false {
  if (process.env['PEERS_REQUIRED'] === 'true') return false;
  for (const peer of peers) {
    if ('folder' in peer && !existsSync(peer.folder)) {
      return `${peer.title} ${peer.version} is not there: npm run peers gets it, with ${peer.tool}`;
    }
    if ('program' in peer && installedVersion(peer) === undefined) {
      return `${peer.title} is not installed: it comes with the package ${peer.debianPackage}`;
    }
  }
  return false;
}

function built(
  name: string,
  versionIn: (recipe: string) => string,
  peer: Omit<BuiltPeer, 'version' | 'recipe' | 'folder'>,
): BuiltPeer {
  const recipe = fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
  const version = versionIn(recipe);
  const hash = createHash('sha256');
  for (const file of readdirSync(recipe, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const path = join(recipe, file);
    if (statSync(path).isFile()) hash.update(`${file}\n`).update(readFileSync(path));
  }
  for (const tag of peer.tags ?? []) hash.update(tag);
  const folder = join(CACHE, `${name}-${version}-${hash.digest('hex').slice(0, 8)}`);
  return { ...peer, version, recipe, folder };
}

function versionOfCollector(recipe: string): string {
  const text = readFileSync(join(recipe, 'builder.yaml'), 'utf8');
  return /^ {2}version: (\S+)$/m.exec(text)?.[1] ?? '';
}

/** As a module, Prometheus 3.15.0 is v0.315.0. */
function versionOfPrometheus(recipe: string): string {
  const text = readFileSync(join(recipe, 'go.mod'), 'utf8');
  return text.replace(/^.*\/prometheus v0\.(\d)0?(\d+)\.(\d+)\b.*$/s, '$1.$2.$3');
}

function versionOfKubernetes(recipe: string): string {
  const text = readFileSync(join(recipe, 'schemas.json'), 'utf8');
  return /"k8s\.io\/kubernetes@v([\d.]+)"/.exec(text)?.[1] ?? '';
}

function versionOfGrafana(recipe: string): string {
  const text = readFileSync(join(recipe, 'package.json'), 'utf8');
  return /"@grafana\/schema": "([\d.]+)"/.exec(text)?.[1] ?? '';
}
