import { linesOf } from './host/edit-text.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { contentDiff } from './host/place-content.ts';
import { writeAct } from './host/write-file.ts';

const absolute = absolutePath('Where it is mounted; none for swap.', ['name']);
const mountPoint: typeof absolute = {
  ...absolute,
  read: (value) => (value === 'none' ? { value } : absolute.read(value)),
};

const parameters = {
  path: mountPoint,
  state: choice(
    ['mounted', 'unmounted', 'present', 'absent', 'remounted'],
    'mounted: in fstab and mounted; present: in fstab; unmounted: not mounted; absent: neither, and its directory removed; remounted: mounted anew.',
  ),
  src: optional(plainText('What is mounted.')),
  fstype: optional(plainText('The kind of file system.')),
  opts: preset(plainText('Its options.'), 'defaults'),
  dump: preset(plainText("fstab's fifth word."), '0'),
  passno: preset(plainText("fstab's sixth word."), '0'),
  fstab: preset(absolutePath('The table.'), '/etc/fstab'),
  backup: preset(flag('Keep the old table beside it, with the time in its name.'), false),
};

type MountValues = Values<typeof parameters>;

const MOUNTS = '/proc/self/mounts';

/** A mounted file system and its line in fstab, as Ansible's module. */
export const mount = plainHostTask({
  name: 'mount',
  help: 'A mounted file system, and its line in fstab.',
  parameters,
  notYet: ['boot', 'opts_no_log'],
  changes: true,
  check: ({ state, src, fstype }) =>
    (state === 'mounted' || state === 'present') && (src === undefined || fstype === undefined)
      ? [{ what: `"src" and "fstype" are wanted with state: ${state}` }]
      : [],
  reads: ({ path: at, fstab }): readonly HostRead[] => [
    { read: 'path', path: fstab, content: true },
    { read: 'path', path: MOUNTS, content: true },
    { read: 'path', path: at },
  ],
  decide,
});

/** As fstab(5) writes what would end a word. */
const escaped = (word: string): string =>
  word.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011');

const wordsOf = (line: string): readonly string[] => line.trim().split(/\s+/u);

const trimmed = (at: string): string => at.replace(/(?<=.)\/+$/u, '');

function decide(values: MountValues, facts: Facts): Decision {
  const { state } = values;
  const at = trimmed(values.path);
  const mounts = facts.path(MOUNTS).content?.toString() ?? '';
  const isMounted = mounts.split('\n').some((line) => wordsOf(line)[1] === escaped(at));
  const isThere = facts.path(values.path).status !== undefined;
  const table = state === 'unmounted' || state === 'remounted' ? undefined : editTable(values, at, facts);
  const written = table?.acts ?? [];
  const acts: readonly HostAct[] = {
    present: () => written,
    mounted: () => mountActs(at, { isMounted, isThere, isOther: written.length > 0 }, written),
    unmounted: () => (isMounted ? [{ argv: ['umount', at] }] : []),
    remounted: () => [{ argv: isMounted ? ['mount', '-o', 'remount', at] : ['mount', at] }],
    absent: () => [
      ...(isMounted ? [{ argv: ['umount', at] }] : []),
      ...written,
      ...(isThere ? [{ argv: ['rmdir', at] }] : []),
    ],
  }[state]();
  const result = { name: at, fstab: values.fstab };
  if (acts.length === 0) return { is: 'as wanted', result };
  return { is: 'change', acts, diffs: table?.diffs ?? [], result };
}

/** A line that was changed is mounted anew, in place where it can. */
function mountActs(
  at: string,
  now: { readonly isMounted: boolean; readonly isThere: boolean; readonly isOther: boolean },
  written: readonly HostAct[],
): readonly HostAct[] {
  const made = now.isThere ? [] : [{ argv: ['mkdir', '-p', at] }];
  if (!now.isMounted) return [...made, ...written, { argv: ['mount', at] }];
  return now.isOther ? [...written, { argv: ['mount', '-o', 'remount', at] }] : [];
}

function editTable(values: MountValues, at: string, facts: Facts) {
  const { src = '', fstype = '', opts, dump, passno, fstab: path, backup, state } = values;
  const found = facts.path(path);
  const before = found.content?.toString() ?? '';
  const isOf = (line: string): boolean => {
    const words = wordsOf(line);
    // Several swaps have the same "none" for a place.
    return !line.startsWith('#') && words[1] === escaped(at) && (at !== 'none' || words[0] === escaped(src));
  };
  const wanted = [src, at, fstype, opts, dump, passno].map(escaped);
  const lines = linesOf(before).map((line) => (line.endsWith('\n') ? line : `${line}\n`));
  const own = lines.filter(isOf);
  const isSame = own.length === 1 && padded(wordsOf(own[0] ?? '')).join(' ') === wanted.join(' ');
  if (state === 'absent' ? own.length === 0 : isSame) return undefined;
  const place = lines.findIndex(isOf);
  const others = lines.filter((line) => !isOf(line));
  const index = place < 0 ? others.length : place;
  const fresh = state === 'absent' ? [] : [`${wanted.join(' ')}\n`];
  const content = Buffer.from([...others.slice(0, index), ...fresh, ...others.slice(index)].join(''));
  const now = found.followed;
  return {
    acts: [writeAct({ path: found.real, content, now, backup })],
    diffs: contentDiff(found.real, found, content),
  };
}

/** The last two words of a line may be left out. */
const padded = (words: readonly string[]): readonly string[] => [...words, '0', '0'].slice(0, 6);
