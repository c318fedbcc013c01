import { posix } from 'node:path';
import type { Facts, HostRead, Status } from './facts.ts';
import { statusOf } from './parse-facts.ts';

/** What is below a directory. */
export interface Below {
  /** The directory, with variables and home directories put in. */
  readonly root: string;
  readonly entries: readonly (Status & { readonly path: string; readonly depth: number })[];
  /** Why not all of it was seen. */
  readonly trouble?: string;
}

/** How far it is looked. */
export interface Looking {
  /** Undefined: as deep as it goes. */
  readonly depth: number | undefined;
  readonly follows: boolean;
}

/** What stat(1) says of an entry; statusOf reads it. */
const FIELDS = '%f %u %g %s %i %d %h %.X %.Y %.Z %U %G';

/** Seconds that a search may take. */
const SEARCH_SECONDS = 300;

/**
 * $1 levels or nothing, $2 -L or -H, then directories. Names may hold anything, so all of it is in base64; NUL ends the name of
 * a directory, each of its entries, and after an empty one what was wrong. Times have their fractions, as Ansible gives them.
 */
const SCRIPT = `depth=$1 how=$2; shift 2
for at; do
  case $at in
    '~' | '~/'*) at=$HOME\${at#'~'} ;;
    '~'*) user=\${at#'~'}; user=\${user%%/*}; at=$(getent passwd "$user" | cut -d: -f6)\${at#'~'"$user"} ;;
  esac
  printf '%s\\0' "$at"
  if [ -d "$at" ]; then
    { said=$({ find $how "$at" -mindepth 1 \${depth:+-maxdepth $depth} -print0 2>&3 |
      xargs -0r stat --printf '${FIELDS} %n\\0' -- 2>/dev/null >&4; } 3>&1); } 4>&1
  else said="'$at' is not a directory"; fi
  printf '\\0%s\\0' "$said"
done | base64 -w 0`;

function argvFor(paths: readonly string[], { depth, follows }: Looking): readonly string[] {
  return [
    'sh',
    '-c',
    SCRIPT,
    'find',
    depth === undefined ? '' : String(depth),
    follows ? '-L' : '-H',
    ...paths,
  ];
}

/** Looks for all that is below these directories. */
export function belowRead(paths: readonly string[], looking: Looking): HostRead {
  return { read: 'output', argv: argvFor(paths, looking), timeoutSeconds: SEARCH_SECONDS };
}

/** What it found, each directory by itself, in the order of names; undefined: it came to no end. */
export function belowFound(
  facts: Facts,
  paths: readonly string[],
  looking: Looking,
): readonly Below[] | undefined {
  const { exit, text } = facts.output(argvFor(paths, looking));
  if (exit !== 0) return undefined;
  const items = Buffer.from(text, 'base64').toString().split('\0').slice(0, -1);
  const all: Below[] = [];
  while (items.length > 0) {
    const [root = '', ...entries] = items.splice(0, items.indexOf('', 1));
    const [, trouble = ''] = items.splice(0, 2);
    const found = entries.map((entry) => entryOf(entry, levelOf(root))).toSorted(byPath);
    all.push({ root, entries: found, ...(trouble !== '' && { trouble: trouble.split('\n', 1)[0] }) });
  }
  return all;
}

const byPath = (one: { readonly path: string }, other: { readonly path: string }): number =>
  one.path < other.path ? -1 : 1;

function entryOf(entry: string, level: number): Below['entries'][number] {
  const [, status = '', name = ''] = /^((?:\S+ ){12})([\s\S]*)$/u.exec(entry) ?? [];
  const path = posix.normalize(name);
  return { ...statusOf(status.trimEnd()), path, depth: levelOf(path) - level };
}

/** "/" is 0, "/srv" 1. */
const levelOf = (path: string): number => path.split('/').filter((part) => part !== '').length;
