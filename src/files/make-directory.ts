import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it that are not there. Node's own `recursive` tries for ever where a system answers
 * ENOENT to making one in a directory that is there, as Linux does below /proc.
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  if ((await makeOne(path, mode)) === 'made') return;
  const above = dirname(path);
  if (above !== path) await makeDirectory(above, mode);
  if ((await makeOne(path, mode)) !== 'made') throw new Error(`nothing can be made in ${above}`);
}

/** One that is there already counts as made. */
async function makeOne(path: string, mode: number): Promise<'made' | 'nothing above'> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'nothing above';
    if (!(await isDirectory(path))) throw error;
  }
  return 'made';
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
