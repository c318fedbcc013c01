import { shQuote } from '../../text/sh-quote.ts';
import type { HostRead } from './facts.ts';

/**
 * Shell text that reads all of this in one exec: POSIX sh with Debian's tools. Of each read it prints "@NUMBER", then
 * lines "WORD VALUE"; what may hold anything is in base64, so that no line of it begins with "@". parse-facts.ts reads it.
 */
export function readScript(reads: readonly HostRead[]): string {
  return `# pvefleet: what is there
LC_ALL=C.UTF-8; export LC_ALL
b() { base64 | tr -d '\\n'; echo; }
status() { stat $3 -c "$2 %f %u %g %s %i %d %h %X %Y %Z %U %G" -- "$1" 2>/dev/null; }
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
  if [ -L "$at" ]; then printf 'target '; printf %s "$(readlink "$at")" | b; fi
  status "$at" is || return 0
  status "$at" followed -L
  may=; for right in r w x; do [ ! -$right "$at" ] || may=$may$right; done; echo "may $may"
  printf 'real '; printf %s "$(readlink -m "$at")" | b
  [ -f "$at" ] || return 0
  [ "$2" = - ] || echo "hash $("$2sum" < "$at" | cut -d' ' -f1)"
  [ "$3" = - ] || { printf 'content '; b < "$at"; }
}
tree() {
  home "$1"
  find "$at" -mindepth 1 -exec sh -c 'for at; do stat -c "entry %f %u %g %s %i %d %h %X %Y %Z %U %G" -- "$at"; printf "name "; printf %s "$at" | base64 | tr -d "\\n"; echo; done' sh {} +
}
glob() ( IFS=; for at in $1; do [ ! -e "$at" ] && [ ! -L "$at" ] || { printf 'found '; printf %s "$at" | b; }; done )
package() {
  is=$(dpkg-query -W -f 'package \${db:Status-Status} \${Version}\\n' -- "$1" 2>/dev/null)
  [ -z "$is" ] || echo "$is"
  case $2,$is in never,* | missing,*'package installed '*) return 0 ;; esac
  apt-cache policy -- "$1" 2>/dev/null | sed -n 's/^  Candidate: /candidate /p'
}
upgrades() { apt-get -s -o Debug::NoLocking=true --with-new-pkgs "$1" | sed -n 's/^\\(Inst\\|Remv\\) \\([^ ]*\\).*/upgrade \\2/p'; }
unit() { systemctl show -p LoadState,ActiveState,SubState,UnitFileState,MainPID,FragmentPath,NeedDaemonReload -- "$1" 2>/dev/null | sed 's/^/unit /'; }
port() { ! timeout "$3" bash -c ': <"/dev/tcp/$1/$2"' port "$1" "$2" 2>/dev/null || echo open; }
echo "now $(date +%s)"
${reads.map((read, index) => `echo "@${index}"; ${call(read)}`).join('\n')}
echo "@end"`;
}

function call(read: HostRead): string {
  switch (read.read) {
    case 'path':
      return `path ${shQuote(read.path)} ${read.hash ?? '-'} ${read.content === true ? 'yes' : '-'}`;
    case 'tree':
      return `tree ${shQuote(read.path)}`;
    case 'glob':
      return `glob ${shQuote(read.pattern)}`;
    case 'package':
      return `package ${shQuote(read.name)} ${read.candidate}`;
    case 'upgrades':
      return `upgrades ${read.how}`;
    case 'port':
      return `port ${shQuote(read.address)} ${read.port} ${read.timeoutSeconds}`;
    case 'unit':
      return `unit ${shQuote(read.name)}`;
  }
}
