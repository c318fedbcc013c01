import { shQuote } from '../text/sh-quote.ts';
import type { Content } from './local-tree.ts';

/** Shell text that nodes are sent: POSIX sh with cat, chmod, chown, coreutils' stat and sha256sum. Paths come in lines that end in "/", so that no space is lost. */

/** Where a copy lies until it is whole; beside its file, so that putting it in place is one rename. */
export const partSuffix = '.pvefleet-part';

/** Sets $part for $at. Nodes of a cluster share /etc/pve and may copy to it at once, so there each has a part of its own. */
const setPart = `case $at in /etc/pve/*) mine=.$(uname -n) ;; *) mine= ;; esac
part=$(dirname "$at")/.$(basename "$at")$mine${partSuffix}`;

/**
 * Says how far a destination has what it is to have. Reads lines "KIND SIZE SHA256 MODE NAME/PATH/" and prints, first,
 * "base PATH" and what is there now, then one line each:
 * `equal`, `mode` (all but its mode), `absent`, `differs`, `blocked WHAT`; with "part SIZE SHA256" where a copy was cut off,
 * and "was SHA256" of a file that differs, for the record; not of large ones, which would take their time.
 */
export function compareScript(path: string, into: boolean): string {
  return `# pvefleet cp: what is at ${path.replaceAll('\n', ' ')}
LC_ALL=C; export LC_ALL
base=${shQuote(path)}
into=${into ? 'yes' : 'no'}
if [ -d "$base" ]; then into=yes; echo base directory; elif [ -e "$base" ]; then echo base file; elif [ -d "$(dirname "$base")" ]; then echo base new; else echo base lost; fi
echo "into $into"
while IFS=' ' read -r kind size sha mode entry; do
  entry=\${entry%/}
  if [ "$into" = yes ]; then at=$base/$entry; else case $entry in */*) at=$base/\${entry#*/} ;; *) at=$base ;; esac; fi
  [ "$kind" = link ] || [ ! -L "$at" ] || at=$(readlink -f "$at")
  now=
  if [ -L "$at" ]; then now=link; elif [ -d "$at" ]; then now=directory; elif [ -f "$at" ]; then now=file; elif [ -e "$at" ]; then now='something else'; fi
  case $kind,$now in
    *,) answer=absent ;;
    directory,directory) answer=equal; [ "$(stat -c %a "$at")" = "$mode" ] || answer=mode ;;
    link,link) answer=differs; [ "$(readlink "$at" | sha256sum | cut -d' ' -f1)" != "$sha" ] || answer=equal ;;
    file,file)
      answer=differs
      if [ "$(stat -c %s "$at")" = "$size" ] && [ "$(sha256sum < "$at" | cut -d' ' -f1)" = "$sha" ]; then
        answer=mode
        case $at in /etc/pve/*) answer=equal ;; *) [ "$(stat -c %a "$at")" != "$mode" ] || answer=equal ;; esac
      fi ;;
    *) answer="blocked $now" ;;
  esac
  ${setPart}
  if [ "$kind" = file ] && [ -f "$part" ]; then
    case $answer in absent|differs) answer="$answer part $(stat -c %s "$part") $(sha256sum < "$part" | cut -d' ' -f1)" ;; esac
  fi
  case $answer,$now in
    differs*,file) [ "$(stat -c %s "$at")" -gt 16777216 ] || answer="$answer was $(sha256sum < "$at" | cut -d' ' -f1)" ;;
  esac
  echo "$answer"
done`;
}

/** What a file is to be on the node. */
export interface Placed extends Content {
  readonly path: string;
  /** As chmod(1) takes it. */
  readonly mode: string;
  /** As chown(1) takes it; left out, an older file's owner is kept. */
  readonly owner?: string;
}

/** Takes a file's bytes from `skip` on from stdin, beside its place; puts it there when all of it has come. */
export function receiveScript({ path, size, sha256, mode, owner }: Placed, skip: number): string {
  return `${placing(path, mode, owner)}
[ ! -d "$at" ] || stop "it is a directory"
[ ${skip} -gt 0 ] || : > "$part" || exit 1
cat >> "$part" || { rm -f "$part"; exit 1; }
now=$(stat -c %s "$part")
[ "$now" -ge ${size} ] || stop "only $now of ${size} bytes came; what came is kept"
if [ "$(sha256sum < "$part" | cut -d' ' -f1)" != ${sha256} ]; then rm -f "$part"; stop "what came is not what was sent: the file was changed meanwhile"; fi
if [ -f "$at" ]; then chown --reference="$at" "$part" || exit 1; fi
settle "$part" || exit 1
mv -f "$part" "$at"`;
}

/** Makes directories and links, and corrects modes: what takes no bytes. */
export function settleScript(
  orders: readonly {
    readonly kind: 'directory' | 'link' | 'mode';
    readonly path: string;
    readonly mode: string;
    readonly target?: string;
    readonly owner?: string;
  }[],
): string {
  return orders
    .map(({ kind, path, mode, target = '', owner }) => {
      const make = {
        directory: 'mkdir -p "$at" && settle "$at"',
        link: `ln -sfn ${shQuote(target)} "$at"`,
        mode: 'settle "$at"',
      };
      return `(\n${placing(path, mode, owner, kind !== 'link')}\n${make[kind]}\n) || exit 1`;
    })
    .join('\n');
}

/** Sets $at and $part, and what "settle" does to what lies there; pmxcfs has modes and owners of its own. */
function placing(path: string, mode: string, owner: string | undefined, follow = true): string {
  const chown = owner === undefined ? '' : ` && chown ${shQuote(owner)} "$1"`;
  return `LC_ALL=C; export LC_ALL
umask 077 2>/dev/null
at=${shQuote(path)}
${follow ? '[ ! -L "$at" ] || at=$(readlink -f "$at")' : ':'}
${setPart}
stop() { echo "$at: $1" >&2; exit 1; }
settle() { case $at in /etc/pve/*) : ;; *) chmod ${mode} "$1"${chown} ;; esac; }`;
}
