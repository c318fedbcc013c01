import { isAbsolute, resolve } from 'node:path';
import { fromHome } from './from-home.ts';

/**
 * Where a file of the controller is looked for, first to last: as written if it is absolute, else in `folder` ("files",
 * "templates") of each of the directories, then in the directory itself. As Ansible looks for it.
 */
export function placesOf(name: string, folder: string, directories: readonly string[]): readonly string[] {
  const path = fromHome(name);
  if (isAbsolute(path)) return [path];
  return directories.flatMap((root) => [resolve(root, folder, path), resolve(root, path)]);
}
