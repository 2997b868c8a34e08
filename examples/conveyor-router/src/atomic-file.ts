import { open, readFile, rename } from 'node:fs/promises';

/** Replaces a file as a whole: after a crash it holds either the old text or the new one. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
    // Without this, the rename could reach the disk before the text does.
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** The text of a file, or undefined when there is none. */
export async function readFileIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
