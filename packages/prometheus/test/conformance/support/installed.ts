import { spawnSync } from 'node:child_process';

/** Why tests that need a program of Prometheus' are skipped; `false` where it is there. */
export function missing(program: 'promtool' | 'prometheus'): string | false {
  const isInstalled = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  return isInstalled ? false : `${program} is not installed: it comes with Debian's package prometheus`;
}
