import { STRERROR, type Ran } from '../machine.ts';
import type { DirectoryEntry, Entry } from '../files/entry.ts';
import { lookup } from '../files/walk.ts';
import { absolute, operands } from './operands.ts';
import type { Call } from './program.ts';
import { failed } from './ran.ts';

interface Row {
  readonly name: string;
  readonly entry: Entry;
}

const KNOWN = /^-[1aAldnhtrSR]+$/;

/** `ls` of coreutils without a terminal: one name a line, or -l; names in the order of their bytes. just-bash has another. */
export function ls(call: Call): Ran {
  const flags = call.argv.filter((word) => word.startsWith('-') && word !== '-' && word !== '--');
  const unknown = flags.find((word) => !KNOWN.test(word));
  if (unknown !== undefined) return failed(`ls: the lab does not simulate ${unknown}`, 2);
  const has = (flag: string): boolean => flags.some((word) => word.includes(flag));
  const given = operands(call).filter((word) => word !== '--');
  const paths = given.length === 0 ? ['.'] : given;
  const isLong = has('l') || has('n');
  const found = paths.map((path) => ({ name: path, entry: at(call, path, !isLong || path.endsWith('/')) }));
  const rows = found.flatMap(({ name, entry }) => (entry === undefined ? [] : [{ name, entry }]));
  const folders = has('d') ? [] : rows.filter(isFolder);
  const files = rows.filter((row) => has('d') || !isFolder(row));
  const parts = files.length === 0 ? [] : [print(ordered(files, has), has, call.node.machine.clock())];
  const hasHeads = paths.length > 1 || has('R');
  for (const folder of ordered(folders, has)) parts.push(...listed(call, folder, hasHeads, has));
  const errors = found
    .filter(({ entry }) => entry === undefined)
    .map(({ name }) => `ls: cannot access '${name}': ${STRERROR.ENOENT}\n`);
  return { stdout: parts.join('\n'), stderr: errors.join(''), exit: errors.length === 0 ? 0 : 2 };
}

type Has = (flag: string) => boolean;

function at(call: Call, path: string, follow: boolean): Entry | undefined {
  return lookup(call.node.root, absolute(call, path), follow);
}

function isFolder(row: Row): row is Row & { entry: DirectoryEntry } {
  return row.entry.kind === 'directory';
}

/** The names in a directory, under its own where there are several; with -R those of the directories in it too. */
function listed(call: Call, { name, entry }: Row, hasHead: boolean, has: Has): readonly string[] {
  if (entry.kind !== 'directory') return [];
  const inside = entry.names().flatMap((each) => {
    const child = entry.get(each);
    return child === undefined || (each.startsWith('.') && !has('a') && !has('A'))
      ? []
      : [{ name: each, entry: child }];
  });
  const parent = at(call, `${name}/..`, true) ?? entry;
  const dots = has('a')
    ? [
        { name: '.', entry },
        { name: '..', entry: parent },
      ]
    : [];
  const rows = ordered([...dots, ...inside], has);
  const head = hasHead ? `${name}:\n` : '';
  const total =
    has('l') || has('n') ? `total ${Math.ceil(rows.reduce((sum, row) => sum + kib(row.entry), 0))}\n` : '';
  const below = has('R')
    ? ordered(inside.filter(isFolder), has).flatMap((row) =>
        listed(call, { ...row, name: `${name}/${row.name}` }, true, has),
      )
    : [];
  return [head + total + print(rows, has, call.node.machine.clock()), ...below];
}

function ordered<T extends Row>(rows: readonly T[], has: Has): readonly T[] {
  const byName = rows.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  const sorted = has('S')
    ? byName.toSorted((a, b) => bytesOf(b.entry) - bytesOf(a.entry))
    : has('t')
      ? byName.toSorted((a, b) => b.entry.mtime - a.entry.mtime)
      : byName;
  return has('r') ? sorted.toReversed() : sorted;
}

function print(rows: readonly Row[], has: Has, now: number): string {
  const cells = rows.map((row) => (has('l') || has('n') ? longCells(row, has, now) : [row.name]));
  const widths = (cells[0] ?? []).map((_cell, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  const isLeft = (column: number): boolean => column === 2 || column === 3;
  return cells
    .map((row) => {
      const last = row.length - 1;
      const padded = row.map((cell, column) =>
        column === last || column === 0
          ? cell
          : isLeft(column)
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
      );
      return `${padded.join(' ')}\n`;
    })
    .join('');
}

const LETTERS = { file: '-', directory: 'd', link: 'l' } as const;

function longCells({ name, entry }: Row, has: Has, now: number): readonly string[] {
  const bits = ['r', 'w', 'x', 'r', 'w', 'x', 'r', 'w', 'x'].map((letter, bit) =>
    (entry.mode >> (8 - bit)) & 1 ? letter : '-',
  );
  const ids = has('n');
  return [
    LETTERS[entry.kind] + bits.join(''),
    String(links(entry)),
    ids ? '0' : entry.owner,
    ids ? (entry.group === 'root' ? '0' : '33') : entry.group,
    has('h') ? human(bytesOf(entry)) : String(bytesOf(entry)),
    dateOf(entry.mtime, now),
    entry.kind === 'link' ? `${name} -> ${entry.target}` : name,
  ];
}

/** pmxcfs gives its directories two links and no size. */
const isShared = (entry: Entry): boolean => entry.group === 'www-data';

function links(entry: Entry): number {
  if (entry.kind !== 'directory') return 1;
  if (isShared(entry)) return 2;
  return 2 + entry.names().filter((name) => entry.get(name)?.kind === 'directory').length;
}

function bytesOf(entry: Entry): number {
  if (entry.kind === 'file') return entry.size;
  return entry.kind === 'link' ? entry.target.length : isShared(entry) ? 0 : 4096;
}

/** What an entry takes, in KiB: whole blocks of 4 KiB on a disk, of 512 bytes in pmxcfs; disk images have holes. */
function kib(entry: Entry): number {
  if (entry.kind === 'link') return 0;
  const bytes = entry.kind === 'file' ? entry.content().length : bytesOf(entry);
  return isShared(entry) ? Math.ceil(bytes / 512) / 2 : Math.ceil(bytes / 4096) * 4;
}

function human(bytes: number): string {
  const unit = bytes < 1024 ? 0 : Math.floor(Math.log(bytes) / Math.log(1024));
  const value = bytes / 1024 ** unit;
  const shown = unit > 0 && value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  return `${shown}${['', 'K', 'M', 'G', 'T'][unit]}`;
}

/** `Nov 23 18:36`, or the year for what is older than half a year. */
function dateOf(mtime: number, now: number): string {
  const [, day = '', month = '', year = '', time = ''] = new Date(mtime * 1000).toUTCString().split(' ');
  const isOld = now - mtime > HALF_YEAR;
  return `${month} ${String(Number(day)).padStart(2)} ${isOld ? ` ${year}` : time.slice(0, 5)}`;
}

const HALF_YEAR = 31_556_952 / 2;
