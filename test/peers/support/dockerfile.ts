/** What a Dockerfile does, done in folders of a test. */
import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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

/** What lays the repository out in the image and installs what it needs: that is done, as these tests run. */
const DONE: ReadonlySet<string> = new Set(['COPY . .', 'RUN npm ci']);

/**
 * Does what the instructions of a Dockerfile do.
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
  for (const { name, text } of instructions.filter((each) => !DONE.has(`${each.name} ${each.text}`))) {
    if (name === 'WORKDIR') {
      cwd = placed(text);
      await mkdir(cwd, { recursive: true });
    } else if (name === 'RUN') {
      await promisify(execFile)('sh', ['-euc', placed(text)], { cwd, env: npmEnvironment() });
    } else if (name === 'COPY' && !text.startsWith('--from=')) {
      const [from = '', to = ''] = text.split(' ');
      const target = to === '.' ? join(cwd, basename(from)) : placed(to);
      await cp(join(REPOSITORY, from), target, { recursive: true });
    }
    // From one stage to another a folder keeps its path, and here its place; where an image comes from is not done.
  }
}
