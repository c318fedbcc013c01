import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

/** A plain copy of /etc/pve on this machine, and what lies beside it of its nodes. */
export interface Copy {
  /** The directory that stands for "/" (or for /etc/pve, where that alone was copied), as it was named. */
  readonly directory: string;
  readonly files: readonly CopiedFile[];
}

export interface CopiedFile {
  /** Where it is on this machine, as it was named. */
  readonly file: string;
  /** Where PVE has it, links resolved: "/etc/pve/nodes/pve1/qemu-server/100.conf", "/etc/network/interfaces". */
  readonly path: string;
  /** The node whose own file it is; absent for files of /etc/pve. */
  readonly node?: string;
}

interface Found {
  readonly file: string;
  readonly path: string;
}

/**
 * The copies of /etc/pve in a directory, and all other files there. Links are not followed. Of a directory inside that
 * can't be read `tell` hears; without it, and of the directory itself, what the file system throws is thrown.
 */
export async function findCopies(
  directory: string,
  tell?: (path: string, error: unknown) => void,
): Promise<{ readonly copies: readonly Copy[]; readonly others: readonly string[] }> {
  const files = await filesBelow(directory, tell);
  const looksLikePve = copiesByContent(files);
  const roots = new Map<string, Found[]>();
  const elsewhere: string[] = [];
  for (const file of files) {
    const { root, path } = placeOf(file, looksLikePve) ?? {};
    if (root === undefined || path === undefined) elsewhere.push(file);
    else if (roots.has(root)) roots.get(root)?.push({ file, path });
    else roots.set(root, [{ file, path }]);
  }
  const taken = new Set<string>();
  const copies: Copy[] = [];
  for (const [root, found] of roots) {
    const beside = elsewhere.flatMap((file) => {
      const path = below(root, file);
      return path === undefined || !ofNode.test(path) || taken.has(file) ? [] : [{ file, path }];
    });
    for (const { file } of beside) taken.add(file);
    copies.push({ directory: nameOf(root, directory), files: await placed(found, beside) });
  }
  return { copies, others: elsewhere.filter((file) => !taken.has(file)) };
}

/** Beside a copy of /etc/pve: files of its one node, or, as a saved survey has them, of several. */
const ofNode = /^\/(?:etc|hosts|var\/log\/pve\/tasks)\//u;

/** Regular files, sorted; not what is behind a link. */
async function filesBelow(
  directory: string,
  tell?: (path: string, error: unknown) => void,
): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      try {
        found.push(...(await filesBelow(path, tell)));
      } catch (error) {
        if (tell === undefined) throw error;
        tell(path, error);
      }
    }
    if (entry.isFile()) found.push(path);
  }
  return found;
}

/** Which copy a file belongs to: the one whose path has etc/pve in it, or one of the directories that look like it. */
function placeOf(
  file: string,
  looksLikePve: readonly string[],
): { readonly root: string; readonly path: string } | undefined {
  const absolute = absoluteOf(file);
  const at = absolute.lastIndexOf('/etc/pve/');
  if (at >= 0) return { root: absolute.slice(0, at) || '/', path: absolute.slice(at) };
  const root = looksLikePve.find((each) => absolute.startsWith(`${each}/`));
  return root === undefined ? undefined : { root, path: `/etc/pve${absolute.slice(root.length)}` };
}

/** What tells that the directory before it is a copy of /etc/pve, whatever its name is. */
const pveNames =
  /^(?<root>.*?)\/(?:(?:nodes\/[^/]+\/)?(?:qemu-server|lxc)\/\d+\.conf|(?:storage|user|datacenter)\.cfg|(?<!\/etc\/corosync\/)corosync\.conf|\.members|\.vmlist)$/u;

/** Directories that hold what /etc/pve does, none inside another; one may be above the directory that was named. */
function copiesByContent(files: readonly string[]): readonly string[] {
  const roots = new Set(files.flatMap((file) => pveNames.exec(absoluteOf(file))?.groups?.['root'] ?? []));
  return [...roots].filter((root) => ![...roots].some((other) => root.startsWith(`${other}/`)));
}

const absoluteOf = (file: string): string => resolve(file).split(sep).join('/');

function below(root: string, file: string): string | undefined {
  const absolute = absoluteOf(file);
  const prefix = root === '/' ? '/' : `${root}/`;
  return absolute.startsWith(prefix) ? `/${absolute.slice(prefix.length)}` : undefined;
}

function nameOf(root: string, directory: string): string {
  const inside = relative(resolve(directory), root);
  return inside.startsWith('..') ? directory : join(directory, inside);
}

/** Links resolved, as a copy of a running node may have real directories in their place; each node's own files are its. */
async function placed(found: readonly Found[], beside: readonly Found[]): Promise<readonly CopiedFile[]> {
  const names = new Set(
    found.flatMap(({ path }) => /^\/etc\/pve\/nodes\/(?<node>[^/]+)\//u.exec(path)?.groups?.['node'] ?? []),
  );
  const [only] = names;
  const node = (await hostname(beside)) ?? (names.size === 1 ? only : undefined);
  const links = /^\/etc\/pve\/(?:local\/|(?=qemu-server\/|lxc\/|openvz\/))/u;
  const files = found.flatMap(({ file, path }): readonly CopiedFile[] => {
    if (!links.test(path)) return [{ file, path }];
    return names.size > 0
      ? []
      : [{ file, path: path.replace(links, `/etc/pve/nodes/${node ?? 'localhost'}/`) }];
  });
  const own = beside.flatMap(({ file, path }): readonly CopiedFile[] => {
    const { host, rest } = /^\/hosts\/(?<host>[^/]+)(?<rest>\/.+)$/u.exec(path)?.groups ?? {};
    if (host !== undefined && rest !== undefined) return [{ file, path: rest, node: host }];
    return [{ file, path, node: node ?? 'localhost' }];
  });
  return [...files, ...own];
}

async function hostname(beside: readonly Found[]): Promise<string | undefined> {
  const found = beside.find(({ path }) => path === '/etc/hostname');
  const name = found && (await readFile(found.file, 'utf8')).trim().replace(/\..*$/su, '');
  return name === undefined || !/^[\w-]+$/u.test(name) ? undefined : name;
}
