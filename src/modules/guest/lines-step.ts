import type { Act } from '../../plan/plan.ts';
import type { Argument } from '../../pve/call.ts';
import { lineKey } from './line-options.ts';
import { optionsEffect } from './options-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock } from './power-step.ts';

const WRITE_SECONDS = 60;

/**
 * Writes lines into a container's config, in the place of those that the keys have in its current section; what it gets
 * is file, digest, keys, lines. PVE has no command for it; this holds PVE's own lock of the config, looks at the digest
 * (where it is given one) under it, and puts the new file in the place of the old one as PVE does (LXC/Config.pm, PVE::Tools file_set_contents).
 */
const WRITE_LINES = `file=$1 sum=$2 keys=" $3 "; shift 3
[ -z "$sum" ] || [ "$(sha1sum <"$file" | cut -c1-40)" = "$sum" ] || { echo "$file was changed" >&2; exit 1; }
{ [ $# -eq 0 ] || printf '%s\\n' "$@"; echo; cat "$file"; } | awk -v keys="$keys" '
  function put() { if (!done) printf "%s", lines; done = 1 }
  !body { if ($0 == "") body = 1; else lines = lines $0 "\\n"; next }
  /^\\[/ { put() }
  { key = $0; sub(/[:= \\t].*/, "", key) }
  !done && index(keys, " " key " ") { next }
  !done && $0 == "" { blank = blank "\\n"; next }
  { printf "%s%s\\n", blank, $0; blank = "" }
  END { put() }' >"$file.tmp.$$" && mv "$file.tmp.$$" "$file"`;

/** Runs the rest while it holds the lock file that stands first; at a time-out it says what PVE says then. */
const WITH_LOCK = `mkdir -p "\${1%/*}" && flock -E 75 -w 10 "$@"
code=$?; [ $code -ne 75 ] || echo "can't lock file '$1' - got timeout" >&2; exit $code`;

/** The text of the lines by option, one or several; undefined for none of them ("" is one that is empty). */
export type Lines = Readonly<Record<string, string | undefined>>;

/** The step that makes the lines of a container's config as these say. */
export function linesStep(target: Target, lines: Lines, before: Lines): DraftStep {
  const { node, path } = target;
  const left = Object.entries(lines).flatMap(([option, text]): [string, string][] =>
    text === undefined ? [] : [[option, text]],
  );
  return {
    node,
    act: writeAct(target, lines, { digest: path }),
    guards: [{ require: 'quorum' }, { require: 'unchanged', path }],
    locks: [guestLock(target)],
    effects: [
      optionsEffect(target, {
        set: Object.fromEntries(left),
        remove: Object.keys(lines).filter((option) => lines[option] === undefined),
      }),
    ],
    undo: [writeAct(target, before, '')],
    detached: false,
    timeoutSeconds: WRITE_SECONDS,
  };
}

function writeAct({ vmid, path }: Target, lines: Lines, digest: Argument): Act {
  const argv: readonly Argument[] = [
    'sh',
    '-c',
    WITH_LOCK,
    'with-lock',
    `/run/lock/lxc/pve-config-${vmid}.lock`,
    'sh',
    '-c',
    WRITE_LINES,
    'write-lines',
    path,
    digest,
    Object.keys(lines).map(lineKey).join(' '),
    ...Object.entries(lines).flatMap(([option, text]) =>
      (text?.split('\n') ?? []).map((line) => `${lineKey(option)}: ${line}`.trimEnd()),
    ),
  ];
  return { run: 'exec', argv };
}
