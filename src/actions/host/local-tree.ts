import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Position, Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import { fileError } from '../../text/file-error.ts';
import type { Source } from './place-content.ts';
import type { Tree } from './place-tree.ts';

/** Reads a directory of the controller, as Ansible does: with "/" at the end of its name what is in it, else itself. Links are followed. */
export async function readTree(
  root: string,
  readOne: (path: string) => Promise<Result<Buffer>>,
  at: Position | undefined,
): Promise<Result<Tree>> {
  const directories: string[] = [];
  const files: (Source & { readonly path: string })[] = [];
  const read = async (path: string): Promise<Result<undefined>> => {
    if (path !== '') directories.push(path);
    const here = join(root, root.endsWith('/') ? path : path.slice(basename(root).length));
    for (const name of (await readdir(here)).sort()) {
      const status = await stat(join(here, name));
      const result = status.isDirectory()
        ? await read(join(path, name))
        : await readFile(join(here, name), join(path, name), status.mode);
      if (!result.ok) return result;
    }
    return ok(undefined);
  };
  const readFile = async (from: string, path: string, rawMode: number): Promise<Result<undefined>> => {
    const content = await readOne(from);
    if (!content.ok) return content;
    files.push({ path, content: content.value, name: basename(path), mode: rawMode & 0o7777 });
    return ok(undefined);
  };
  try {
    const result = await read(root.endsWith('/') ? '' : basename(root));
    return result.ok ? ok({ directories, files }) : result;
  } catch (error) {
    return fail({
      code: 'task/local-file',
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read ${root}: ${fileError(error)}`,
      ...(at && { at }),
    });
  }
}
