/** What a Dockerfile does, done in folders of a test. */
import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from '../../support/built-packages.ts';
import { npmEnvironment } from '../../support/npm.ts';

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Dockerfile, each in one line. */
export function instructionsIn(file: string): readonly Instruction[] {
  const lines = readFileSync(file, 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [, name = '', text = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`${file} has a line that is no instruction: ${line}`);
      return { name, text };
    });
}

/**
 * Does what the instructions of a build do, but for the two that lay out the repository and install what it needs: that
 * is done, as these tests run.
 *
 * @param places where the folders of the image are on this machine
 */
export async function build(
  instructions: readonly Instruction[],
  places: Readonly<Record<string, string>>,
): Promise<void> {
  const placed = (text: string): string =>
    Object.entries(places).reduce(
      (all, [from, to]) => all.replaceAll(new RegExp(`(?<=^|[ =])${from}\\b`, 'g'), to),
      text,
    );
  let cwd = '/';
  for (const { name, text } of instructions) {
    const isRepository = cwd === REPOSITORY;
    if (name === 'WORKDIR') {
      cwd = placed(text);
      await mkdir(cwd, { recursive: true });
    } else if (name === 'RUN' && !(isRepository && text === 'npm ci')) {
      await promisify(execFile)('sh', ['-euc', placed(text)], { cwd, env: npmEnvironment() });
    } else if (name === 'COPY' && !(isRepository && text === '. .')) {
      const [, from = '', to = ''] = /^(?:--from=build )?(\S+) (\S+)$/.exec(text) ?? [];
      const [source, target] = [join(from.startsWith('/') ? '' : REPOSITORY, placed(from)), placed(to)];
      if (source !== target)
        await cp(source, join(target.startsWith('/') ? '' : cwd, target === '.' ? from.replace(/^.*\//, '') : target), {
          recursive: true,
        });
    }
  }
}
