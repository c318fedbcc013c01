import { PATHS } from '../schema/paths.ts';
import { INDEXES } from './indexes.ts';

/** A path of the API that was given, and the one of the schema that it is. */
export interface Place {
  /** `/nodes/{node}/qemu/{vmid}`. */
  readonly pattern: string;
  /** What the path says: `{vmid}` is 100. */
  readonly values: Readonly<Record<string, string>>;
}

const LETTERS: Readonly<Record<string, string>> = { GET: 'r', PUT: 'w', POST: 'c', DELETE: 'd' };

/** The root has no line of its own in the schema. */
const ALL: Readonly<Record<string, string>> = { '/': 'r', ...PATHS };

/** Finds a path as PVE::RESTHandler::find_handler does: a fixed name goes before a placeholder. */
export function findPlace(path: string): Place | undefined {
  return Object.keys(ALL)
    .flatMap((pattern) => {
      const values = matchPath(pattern, path);
      return values === undefined ? [] : [{ pattern, values }];
    })
    .toSorted((a, b) => Object.keys(a.values).length - Object.keys(b.values).length)[0];
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  // A volume's name may hold slashes.
  const given =
    wanted.at(-1) === '{volume}' && parts.length > wanted.length
      ? [...parts.slice(0, wanted.length - 1), parts.slice(wanted.length - 1).join('/')]
      : parts;
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (name !== undefined) values[name] = given[index] ?? '';
    else if (part !== given[index]) return undefined;
  }
  return values;
}

/** Whether a path of the schema can be called so. */
export function handles({ pattern }: Place, method: string): boolean {
  return ALL[pattern]?.includes(LETTERS[method] ?? '?') === true;
}

/** The names right below a path of the schema; `{vmid}` stands for all that there are. */
function namesBelow(pattern: string): readonly string[] {
  const prefix = pattern === '/' ? '/' : `${pattern}/`;
  const names = Object.keys(PATHS)
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split('/')[0] ?? '');
  return [...new Set(names)];
}

/** Something stands below them, but their GET tells of something else. */
const NO_INDEX = new Set(['/nodes/{node}/qemu/{vmid}/cloudinit']);

/** The fixed names that the index at a path of the schema lists; none where it has none. */
export function indexNames(pattern: string): readonly string[] {
  return INDEXES.get(pattern)?.names ?? namesBelow(pattern).filter((name) => !name.startsWith('{'));
}

/** The placeholder right below a path of the schema. */
export function placeholderBelow(pattern: string): string | undefined {
  return namesBelow(pattern).find((name) => name.startsWith('{'));
}

/** What can be done at a path, as `pvesh ls` writes it: `Drwcd`, with dashes for what cannot. */
export function capabilities(path: string): string {
  const place = findPlace(path);
  if (place === undefined) return '-----';
  const letter = (method: string, text: string): string => (handles(place, method) ? text : '-');
  const isDirectory =
    handles(place, 'GET') && !NO_INDEX.has(place.pattern) && namesBelow(place.pattern).length > 0;
  return `${isDirectory ? 'D' : '-'}${letter('GET', 'r')}${letter('PUT', 'w')}${letter('POST', 'c')}${letter('DELETE', 'd')}`;
}
