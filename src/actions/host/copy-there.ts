import { basename, dirname, join } from 'node:path';
import { attributeActs, attributeActsOfNew } from './attributes.ts';
import type { Facts, HostRead, PathFacts } from './facts.ts';
import { octal } from './file-mode.ts';
import type { Decision, HostAct } from './host-task.ts';
import { directoryReads, makeDirectories } from './make-directories.ts';
import type { Placing } from './place-content.ts';

/**
 * POSIX sh. $1 "look" or "copy", $2 a directory of the node, $3 where what is in it is copied to, $4 owner, $5 group of all
 * that is there then. Looking, it prints "new NAME", "differs NAME" and "other KIND NAME" for what is missing, has another
 * content, or is of another kind there, and "owned" where something has another owner. What is new has the mode of the old, a
 * file that was there keeps its owner, links stay links.
 */
const SCRIPT = `LC_ALL=C.UTF-8; export LC_ALL; umask 022
work=$1 from=$2 to=$3 owner=$4 group=$5
owned() { [ -n "$2" ] && [ -n "$(find -H "$to" ! "-$1" "$2" -print -quit)" ]; }
look() {
  (cd "$from" && find . -mindepth 1) | sed 's,^\\./,,' | while IFS= read -r name; do
    if [ ! -e "$to/$name" ] && [ ! -L "$to/$name" ]; then echo "new $name"
    elif [ -L "$from/$name" ]; then [ -L "$to/$name" ] || echo "other link $name"
    elif [ -d "$from/$name" ]; then [ -d "$to/$name" ] || echo "other directory $name"
    elif [ ! -f "$to/$name" ]; then echo "other file $name"; fi
  done
  # One process compares all files.
  (cd "$from" && find . -type f -exec sha256sum -- {} +) | (cd "$to" && sha256sum -c --quiet 2>/dev/null) |
    sed -n 's,^\\./\\(.*\\): FAILED$,differs \\1,p'
  if owned user "$owner" || owned group "$group"; then echo owned; fi
}
replace() {
  at=$(readlink -f -- "$to/$1") && part=$(dirname "$at")/.$(basename "$at").pvefleet-$(uname -n)-$$ || return 1
  cp --preserve=timestamps -- "$from/$1" "$part" && chown --reference="$at" "$part" && chmod --reference="$from/$1" "$part" &&
    mv -f -- "$part" "$at" || { rm -f -- "$part"; return 1; }
}
copy() {
  [ -d "$to" ] || { mkdir -- "$to" && chmod --reference="$from" "$to"; } || return 1
  look | while IFS= read -r line; do name=\${line#* }; case $line in
    new\\ *) [ -e "$to/$name" ] || [ -L "$to/$name" ] || cp -R -P -T --preserve=mode,timestamps -- "$from/$name" "$to/$name" || exit 1 ;;
    differs\\ *) replace "$name" || exit 1 ;;
  esac; done || return 1
  [ -z "$owner$group" ] || chown -hR "$owner\${group:+:$group}" -- "$to/."
}
if [ "$work" = copy ]; then copy; elif [ -d "$from" ] && [ -d "$to" ]; then look; fi`;

/** What is compared in, in seconds. */
const LOOK_SECONDS = 50;

/** All that has to be known to copy a directory of the node to another place there. */
export function thereReads(placing: Placing, from: string): readonly HostRead[] {
  return [
    { read: 'path', path: from },
    ...directoryReads(placing.dest),
    { read: 'path', path: targetOf(placing, from) },
    { read: 'output', argv: argvOf('look', placing, from), timeoutSeconds: LOOK_SECONDS },
  ];
}

/** Copies a directory of the node, as Ansible does: under its own name; with "/" at the end of it only what is in it. */
export function decideThere(placing: Placing, facts: Facts, from: string): Decision {
  const { dest, owner, group, force, directory_mode: mode } = placing;
  const target = facts.path(targetOf(placing, from));
  const result = { dest: target.path, src: from };
  const refused = (what: string): Decision => ({
    is: 'refused',
    why: `Cannot copy ${from} to ${target.path}: ${what}`,
    result,
  });
  if (target.followed !== undefined && target.followed.kind !== 'directory')
    return refused(`a ${target.followed.kind} is there; a directory is wanted`);
  if (!force && target.status !== undefined) return { is: 'as wanted', result };
  const isFresh = facts.path(withoutEnd(dest)).followed === undefined;
  if (isFresh && !dest.endsWith('/') && facts.path(dirname(dest)).followed?.kind !== 'directory')
    return refused(`the directory ${dirname(dest)} is not there; make it first`);
  const isNamed = isFresh && !dest.endsWith('/');
  const around = isFresh && dest.endsWith('/') ? makeDirectories(dest, { owner, group, mode }, facts) : [];
  if ('why' in around) return refused(around.why);
  const lines = facts.output(argvOf('look', placing, from)).text.split('\n');
  const other = lines
    .map((line) => /^other (?<kind>\w+) (?<name>.*)$/u.exec(line)?.groups)
    .find((one) => one);
  if (other)
    return refused(
      `something else is at ${join(target.path, other['name'] ?? '')}; a ${other['kind']} is wanted`,
    );
  const differs = target.followed === undefined || lines.some((line) => line !== '');
  const whole: HostAct = {
    argv: argvOf('copy', placing, from),
    title: `copy ${from} to ${target.path}`,
    touches: [target.path],
  };
  const acts = [
    ...around,
    ...(isNamed && !from.endsWith('/')
      ? [withoutEnd(dest), target.path].map((path) => ({ argv: ['mkdir', path], touches: [path] }))
      : []),
    ...(differs ? [whole] : []),
    ...ownActs(placing, isNamed ? facts.path(withoutEnd(dest)) : target, facts.path(from)),
  ];
  return acts.length === 0 ? { is: 'as wanted', result } : { is: 'change', acts, result };
}

/** What is named as the place has the attributes; all that is copied, the owner. */
function ownActs(placing: Placing, { path, followed }: PathFacts, source: PathFacts): readonly HostAct[] {
  const { mode: wanted, owner, group } = placing;
  const mode = wanted === 'preserve' ? octal(source.followed?.mode ?? 0o755) : wanted;
  return followed === undefined
    ? attributeActsOfNew(path, { mode, owner, group }, true)
    : attributeActs(path, followed, { mode });
}

const withoutEnd = (path: string): string => path.replace(/(?<=.)\/+$/u, '');

const targetOf = ({ dest }: Pick<Placing, 'dest'>, from: string): string =>
  from.endsWith('/') ? withoutEnd(dest) : join(dest, basename(from));

function argvOf(
  work: 'look' | 'copy',
  placing: Pick<Placing, 'dest' | 'owner' | 'group'>,
  from: string,
): readonly string[] {
  const { owner = '', group = '' } = placing;
  return ['sh', '-c', SCRIPT, 'copy', work, from, targetOf(placing, from), owner, group];
}
