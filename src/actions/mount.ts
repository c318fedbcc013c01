import { dirname } from 'node:path';
import { linesOf } from './host/edit-text.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import { withParents } from './host/make-directories.ts';
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
    ['mounted', 'unmounted', 'present', 'absent', 'absent_from_fstab', 'remounted', 'ephemeral'],
    'mounted: in fstab and mounted; present: in fstab; unmounted: not mounted; absent: what is in fstab is so no more, is not mounted, and its directory is removed; absent_from_fstab: not in fstab; remounted: mounted anew; ephemeral: mounted, fstab as it is.',
  ),
  src: optional(plainText('What is mounted.')),
  fstype: optional(plainText('The kind of file system.')),
  opts: preset(plainText('Its options.'), 'defaults'),
  boot: preset(
    flag('Whether it is mounted at boot; no: with the option noauto, unless it has "defaults".'),
    true,
  ),
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
  notYet: ['opts_no_log'],
  changes: true,
  check: ({ state, src, fstype }) =>
    ['mounted', 'present', 'ephemeral'].includes(state) && (src === undefined || fstype === undefined)
      ? [{ what: `"src" and "fstype" are wanted with state: ${state}` }]
      : [],
  reads: ({ path: at, fstab }): readonly HostRead[] => [
    { read: 'path', path: fstab, content: true },
    { read: 'path', path: MOUNTS, content: true },
    ...[at, ...withParents(trimmed(at)), dirname(fstab)].map((path) => ({ read: 'path', path }) as const),
  ],
  decide,
});

/** As fstab(5) writes what would end a word. */
const escaped = (word: string): string =>
  word.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011').replaceAll('&', '\\046');

const wordsOf = (line: string): readonly string[] => line.trim().split(/\s+/u);

const trimmed = (at: string): string => at.replace(/(?<=.)\/+$/u, '');

function decide(values: MountValues, facts: Facts): Decision {
  const { state } = values;
  const at = trimmed(values.path);
  const mounts = facts.path(MOUNTS).content?.toString() ?? '';
  const isMounted = mounts.split('\n').some((line) => wordsOf(line)[1] === escaped(at));
  const isThere = facts.path(values.path).status !== undefined;
  const isOfTable = state !== 'unmounted' && state !== 'remounted' && state !== 'ephemeral';
  const table = isOfTable ? editTable(values, at, facts) : undefined;
  const written = table?.acts ?? [];
  const undone: Undoing = {
    missing: missingDirectories(at, facts),
    ...(table !== undefined && { before: table.before }),
  };
  const mounting = mountAct(values, at, undone);
  const remounts = remountAct(values, at);
  const acts: readonly HostAct[] = {
    present: () => written,
    // A line that was changed is mounted anew, in place where it can.
    mounted: () =>
      isMounted
        ? [...written, ...(written.length > 0 ? [remounts] : [])]
        : [...madeActs(at, undone), ...written, mounting],
    unmounted: () => (isMounted ? [{ argv: ['umount', at] }] : []),
    remounted: () => [isMounted ? remounts : mounting],
    absent_from_fstab: () => written,
    // What is not in the table is left alone, as Ansible does.
    absent: () =>
      written.length === 0
        ? []
        : [
            ...(isMounted ? [{ argv: ['umount', at] }] : []),
            ...written,
            ...(isThere ? [{ argv: ['rmdir', at] }] : []),
          ],
    ephemeral: () => [...madeActs(at, undone), ephemeralAct(values, at, isMounted)],
  }[state]();
  const source = mounts.split('\n').findLast((line) => wordsOf(line)[1] === escaped(at));
  if (state === 'ephemeral' && source !== undefined && wordsOf(source)[0] !== escaped(values.src ?? ''))
    return {
      is: 'refused',
      why: `Cannot mount ${values.src} at ${at}: ${wordsOf(source)[0]} is mounted there; state: unmounted is wanted first`,
    };
  const result = { name: at, fstab: values.fstab };
  if (acts.length === 0) return { is: 'as wanted', result };
  return { is: 'change', acts, diffs: table?.diffs ?? [], result };
}

/** What is undone where it can't be mounted: a table that does not work may keep the node from its next boot. */
interface Undoing {
  /** Directories that are made for it, the innermost first. */
  readonly missing: readonly string[];
  /** The table as it was; undefined: it is not changed. */
  readonly before?: Buffer;
}

const missingDirectories = (at: string, facts: Facts): readonly string[] =>
  withParents(at)
    .filter((path) => facts.path(path).followed === undefined)
    .toReversed();

const madeActs = (at: string, { missing }: Undoing): readonly HostAct[] =>
  missing.length === 0 ? [] : [{ argv: ['mkdir', '-p', at] }];

/** $1 the table, $2 whether it was changed: the old one comes from the input; $3 the place; then directories that were made. */
const MOUNT = `table=$1 changed=$2 at=$3; shift 3
if [ "$table" = /etc/fstab ]; then mount "$at"; else mount -T "$table" "$at"; fi && exit
code=$?
[ -z "$changed" ] || { part=$(mktemp "$table.XXXXXX") && cat > "$part" && chown --reference="$table" "$part" &&
  chmod --reference="$table" "$part" && mv -f "$part" "$table"; }
for one; do rmdir -- "$one"; done
exit $code`;

function mountAct({ fstab }: MountValues, at: string, { missing, before }: Undoing): HostAct {
  const changed = before === undefined ? '' : 'changed';
  return {
    argv: ['sh', '-c', MOUNT, 'mount', fstab, changed, at, ...missing],
    title: `run mount ${at}`,
    ...(before !== undefined && { stdin: before }),
  };
}

/** $1 the table, $2 the place. What can't be mounted anew in place is unmounted first. */
const REMOUNT = `set -- "$2" -T "$1"; at=$1; shift; [ "$2" != /etc/fstab ] || set --
mount -o remount "$@" "$at" 2>/dev/null || { umount "$at" && mount "$@" "$at"; }`;

const remountAct = ({ fstab }: MountValues, at: string): HostAct => ({
  argv: ['sh', '-c', REMOUNT, 'mount', fstab, at],
  title: `run mount -o remount ${at}`,
});

/** Mounts it by what the task says alone; what is mounted so is mounted anew each time. */
function ephemeralAct({ src = '', fstype = '', opts }: MountValues, at: string, isMounted: boolean): HostAct {
  const words = opts === 'defaults' ? [] : ['-o', opts];
  return { argv: ['mount', ...(isMounted ? ['-o', 'remount'] : []), '-t', fstype, ...words, src, at] };
}

function editTable(values: MountValues, at: string, facts: Facts) {
  const { src = '', fstype = '', dump, passno, fstab: path, backup, state } = values;
  const isGone = state === 'absent' || state === 'absent_from_fstab';
  const found = facts.path(path);
  const before = found.content?.toString() ?? '';
  const isOf = (line: string): boolean => {
    const words = wordsOf(line);
    // Several swaps have the same "none" for a place.
    return !line.startsWith('#') && words[1] === escaped(at) && (at !== 'none' || words[0] === escaped(src));
  };
  const wanted = [src, at, fstype, optionsOf(values), dump, passno].map(escaped);
  const lines = linesOf(before).map((line) => (line.endsWith('\n') ? line : `${line}\n`));
  const own = lines.filter(isOf);
  const isSame = own.length === 1 && padded(wordsOf(own[0] ?? '')).join(' ') === wanted.join(' ');
  if (isGone ? own.length === 0 : isSame) return undefined;
  const place = lines.findIndex(isOf);
  const others = lines.filter((line) => !isOf(line));
  const index = place < 0 ? others.length : place;
  const fresh = isGone ? [] : [`${wanted.join(' ')}\n`];
  const content = Buffer.from([...others.slice(0, index), ...fresh, ...others.slice(index)].join(''));
  const now = found.followed;
  return {
    before: Buffer.from(before),
    acts: [
      ...(now !== undefined || facts.path(dirname(path)).followed !== undefined
        ? []
        : [{ argv: ['mkdir', '-p', dirname(path)] }]),
      writeAct({ path: found.real, content, now, backup }),
    ],
    diffs: contentDiff(found.real, found, content),
  };
}

function optionsOf({ opts, boot }: MountValues): string {
  const words = opts.split(',');
  return boot || words.includes('noauto') || words.includes('defaults') ? opts : `${opts},noauto`;
}

/** The last two words of a line may be left out. */
const padded = (words: readonly string[]): readonly string[] => [...words, '0', '0'].slice(0, 6);
