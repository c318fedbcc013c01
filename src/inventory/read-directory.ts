import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What Ansible passes over in a directory of inventories (INVENTORY_IGNORE_EXTS, and names that it always ignores). */
const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|(?:~|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|ini|cfg|retry))$/u;

/** Paths in a directory of inventories, in the order in which they are read. */
export async function inventoriesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => !ignored.test(name))
    .sort()
    .map((name) => join(directory, name));
}
