import { shJoin, shQuote } from '../../text/sh-quote.ts';
import type { HostRead } from './facts.ts';
import { isPlainPath, pathsOf } from './read-groups.ts';

/**
 * Shell text that reads all of this in one exec: POSIX sh with Debian's tools. A process costs more than what it reads, so
 * all paths go to one stat, all packages to one dpkg-query. What it prints: sections, each after a line of "@WORD ARGUMENT";
 * answers.ts reads them. What may hold anything is in base64 or ends with NUL, so that no other line begins with "@".
 */
export function readScript(reads: readonly HostRead[]): string {
  return [
    HEAD,
    ...pathLines(reads),
    ...packageLines(reads),
    ...unitLines(reads),
    ...otherLines(reads),
    'echo "@end"',
  ].join('\n');
}

/** What stat(1) is asked for; statusOf reads it. */
export const STATUS_FORMAT = '%f %u %g %s %i %d %h %X %Y %Z %U %G';
const UNIT_PROPERTIES = 'LoadState,ActiveState,SubState,UnitFileState,MainPID,FragmentPath,NeedDaemonReload';

const HEAD = `# pvefleet: what is there
LC_ALL=C.UTF-8; export LC_ALL
echo "@now $(date +%s)"`;

/** A link into itself ("a" to "a/b") keeps readlink busy for ever. */
const PATHS = `reals() {
  echo; echo @real
  for at; do (ulimit -t 1; exec readlink -mz -- "$at") || printf '%s\\0' "$at"; done
}
paths() {
  echo @is; stat -c '${STATUS_FORMAT} %n' -- "$@" 2>/dev/null
  echo @real; { (ulimit -t 1; exec readlink -mz -- "$@") || reals "$@"; } 2>/dev/null; echo
  count=$#
  for at; do [ ! -L "$at" ] || set -- "$@" "$at"; done; shift $count
  [ $# -eq 0 ] || { echo @followed; stat -L -c '${STATUS_FORMAT} %n' -- "$@" 2>/dev/null; }
  for at; do printf '@target %s\\n' "$at"; readlink -n -- "$at" | base64 -w 0; echo; done
}
hashes() {
  echo "@hash $1"; sum=$1; shift; count=$#
  for at; do [ ! -f "$at" ] || set -- "$@" "$at"; done; shift $count
  [ $# -eq 0 ] || "$sum" -- "$@" 2>/dev/null
}
contents() { for at; do if [ -f "$at" ]; then printf '@content %s\\n' "$at"; base64 -w 0 < "$at"; echo; fi; done; }`;

function pathLines(reads: readonly HostRead[]): readonly string[] {
  const paths = pathsOf(reads);
  if (paths.length === 0) return [];
  const hashes = [...new Set(paths.flatMap(({ hash }) => hash ?? []))];
  const words = (some: readonly { readonly path: string }[]): string =>
    [...new Set(some.map(({ path }) => shQuote(path)))].join(' ');
  const withContent = paths.filter(({ content }) => content === true);
  return [
    PATHS,
    `paths ${words(paths)}`,
    ...hashes.map((hash) => `hashes ${hash}sum ${words(paths.filter((one) => one.hash === hash))}`),
    ...(withContent.length === 0 ? [] : [`contents ${words(withContent)}`]),
  ];
}

/** What apt would install costs a third of a second, so it is asked for those that need it alone. */
const PACKAGES = `candidates() {
  echo @candidates
  [ $# -eq 0 ] || apt-cache policy -- "$@" 2>/dev/null | sed -n 's/^\\([^ ].*\\):$/name \\1/p; s/^  Candidate: /candidate /p'
}
not_installed() {
  printf '%s\\n' "$is" | awk -v wanted="$*" '
    $3 == "installed" { has[$1]; has[$1 ":" $2] }
    END { count = split(wanted, name, " "); for (at = 1; at <= count; at++) if (!(name[at] in has)) print name[at] }'
}`;

function packageLines(reads: readonly HostRead[]): readonly string[] {
  const packages = reads.filter((read) => read.read === 'package');
  if (packages.length === 0) return [];
  const named = (wanted: string): readonly string[] =>
    packages.filter(({ candidate }) => candidate === wanted).map(({ name }) => shQuote(name));
  const missing = named('missing');
  return [
    PACKAGES,
    `is=$(echo; dpkg-query -W -f '\${Package} \${Architecture} \${db:Status-Status} \${Version}\\n' -- ${packages.map(({ name }) => shQuote(name)).join(' ')} 2>/dev/null)`,
    'echo "@packages$is"',
    `candidates ${named('always').join(' ')} ${missing.length === 0 ? '' : `$(not_installed ${missing.join(' ')})`}`,
  ];
}

function unitLines(reads: readonly HostRead[]): readonly string[] {
  const units = reads.flatMap((read) => (read.read === 'unit' ? [shQuote(read.name)] : []));
  if (units.length === 0) return [];
  const show = `systemctl show -p ${UNIT_PROPERTIES} --`;
  return [
    // A name that is none ends it for all.
    `if is=$(${show} ${units.join(' ')} 2>/dev/null); then printf '@units\\n%s\\n' "$is"; else`,
    `for one in ${units.join(' ')}; do printf '@unit %s\\n' "$one"; ${show} "$one" 2>/dev/null; done; fi`,
  ];
}

const OTHERS = `b() { base64 -w 0; echo; }
status() { stat $3 -c "$2 ${STATUS_FORMAT}" -- "$1" 2>/dev/null; }
home() {
  case $1 in
    '~' | '~/'*) at=$HOME\${1#'~'} ;;
    '~'*) user=\${1#'~'}; user=\${user%%/*}; at=$(getent passwd "$user" | cut -d: -f6)
      [ -z "$at" ] || at=$at\${1#'~'"$user"}; [ -n "$at" ] || at=$1 ;;
    *) at=$1 ;;
  esac
}
path() {
  home "$1"
  printf 'path '; printf %s "$at" | b
  if [ -L "$at" ]; then printf 'target '; readlink -n -- "$at" | b; fi
  printf 'real '; { (ulimit -t 1; exec readlink -mn -- "$at") || printf %s "$at"; } 2>/dev/null | b
  status "$at" is || return 0
  status "$at" followed -L
  [ -f "$at" ] || return 0
  [ "$2" = - ] || echo "hash $("$2sum" < "$at" | cut -d' ' -f1)"
  [ "$3" = - ] || { printf 'content '; b < "$at"; }
}
tree() {
  home "$1"
  find -H "$at" -mindepth 1 -exec sh -c 'for at; do stat -c "entry ${STATUS_FORMAT}" -- "$at"; printf "name "; printf %s "$at" | base64 -w 0; echo; done' sh {} +
}
glob() ( IFS=; for at in $1; do [ ! -e "$at" ] && [ ! -L "$at" ] || { printf 'found '; printf %s "$at" | b; }; done )
upgrades() { apt-get -s -o Debug::NoLocking=true --with-new-pkgs "$1" | sed -n 's/^\\(Inst\\|Remv\\) \\([^ ]*\\).*/upgrade \\2/p'; }
output() { seconds=$1; shift; said=$(timeout "$seconds" "$@" 2>&1 </dev/null); echo "exit $?"; printf 'said '; printf %s "$said" | b; }
port() { ! timeout "$3" bash -c ': <"/dev/tcp/$1/$2"' port "$1" "$2" 2>/dev/null || echo open; }`;

/** Those that need a process each. */
function otherLines(reads: readonly HostRead[]): readonly string[] {
  const lines = reads.flatMap((read, index) => {
    const line = call(read);
    return line === undefined ? [] : [`echo "@read ${index}"; ${line}`];
  });
  return lines.length === 0 ? [] : [OTHERS, ...lines];
}

function call(read: HostRead): string | undefined {
  switch (read.read) {
    case 'path': {
      const words = `${read.hash ?? '-'} ${read.content === true ? 'yes' : '-'}`;
      return isPlainPath(read.path) ? undefined : `path ${shQuote(read.path)} ${words}`;
    }
    case 'tree':
      return `tree ${shQuote(read.path)}`;
    case 'glob':
      return `glob ${shQuote(read.pattern)}`;
    case 'upgrades':
      return `upgrades ${read.how}`;
    case 'port':
      return `port ${shQuote(read.address)} ${read.port} ${read.timeoutSeconds}`;
    case 'package':
    case 'unit':
      return undefined;
    case 'output':
      return `output ${read.timeoutSeconds} ${shJoin(read.argv)}`;
  }
}
