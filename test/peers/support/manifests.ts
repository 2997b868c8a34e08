/** Manifests of Kubernetes, and a project of docker compose, as the checker has read them. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { manifests, programOf } from './peers.ts';

/** An object of Kubernetes, as far as these tests look into any. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Deployment or a DaemonSet. */
export interface Workload extends KubernetesObject {
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: PodTemplate;
  };
}

export interface PodTemplate {
  readonly metadata: Omit<ObjectMeta, 'name'>;
  readonly spec: { readonly containers: readonly Container[] };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly EnvVar[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number };
}

/** What a file is read as; of what is YAML alone, no schema is published. */
type Command = 'kubernetes' | 'compose' | 'yaml';

/**
 * The objects of a file.
 *
 * @throws Error with what the file has that its schemas do not allow, or lacks
 */
export function objectsIn(file: string): readonly KubernetesObject[] {
  return read('kubernetes', file) as readonly KubernetesObject[];
}

/** The one object of a file that is of this kind. */
export function objectIn<Kind extends KubernetesObject>(file: string, kind: Kind['kind']): Kind {
  const found = objectsIn(file).filter((each) => each.kind === kind);
  if (found.length !== 1) throw new Error(`${file} has ${found.length} of ${kind}`);
  return found[0] as Kind;
}

/** What the schemas have against a file; nothing, if it is right. */
export function complaintsAboutManifest(command: Command, file: string): string {
  const { status, stderr } = check(command, file);
  return status === 0 ? '' : stderr;
}

/** What the checker reads in a file. */
export function read(command: Command, file: string): unknown {
  const { status, stdout, stderr } = check(command, file);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function check(command: Command, file: string): SpawnSyncReturns<string> {
  const checked = spawnSync(programOf(manifests), [command, file], { encoding: 'utf8' });
  if (checked.error !== undefined) throw checked.error;
  return checked;
}
