import type { Entry } from './playbook.ts';
import type { Scope } from './scope.ts';
import { directoriesOf, findFile, openFile, shownPath } from './scope.ts';

type Path = readonly (string | number)[];

/** The tasks of a file that is named at `path` of the file at hand. */
export function readTaskFile(scope: Scope, name: string, path: Path): readonly Entry[] {
  const { reading } = scope;
  const directories = directoriesOf(scope);
  const file = findFile(directories, 'tasks', [name]);
  if (file === undefined) {
    const where = directories.map((directory) => shownPath(directory) || '.').join(', ');
    reading.wrong(path, `Cannot find the tasks "${name}": no such file is in ${where}`);
    return [];
  }
  return readTasksAt(scope, file, path);
}

/** The tasks of this file. */
export function readTasksAt(scope: Scope, file: string, path: Path): readonly Entry[] {
  const { reading, chain } = scope;
  if (chain.includes(file)) {
    const circle = [...chain.slice(chain.indexOf(file)), file].map(shownPath).join(' includes ');
    reading.wrong(path, `Cannot include ${shownPath(file)}: ${circle}, without an end`);
    return [];
  }
  const opened = openFile(reading, file);
  if (opened === undefined) return [];
  const inside = { ...scope, reading: opened.reading, chain: [...chain, file] };
  return scope.readEntries(inside, opened.value, [], 'tasks');
}
