import { shQuote } from '../text/sh-quote.ts';

/** Begins the line on stderr when a step was begun and has left no exit code; PVE's own codes mean nothing. */
export const LOST_MARK = 'pvefleet-lost:';
/** Begins the line on stderr when nothing has begun the step that was looked for. */
export const NOT_BEGUN_MARK = 'pvefleet-not-begun:';

/**
 * How a step is sent: `first`: begun, if nobody has begun it; else what was begun is waited for. `anew`: begun again, when it
 * is known to have done nothing. `attach`: looked for, and waited for; `boot` is the node's boot id when it was sent first.
 */
export type Begin =
  | { readonly how: 'first' | 'anew' }
  | { readonly how: 'attach'; readonly boot: string | undefined };

export interface Claim {
  /** Unique on the node: run and step. Letters, digits, "-". */
  readonly unit: string;
  readonly begin: Begin;
}

/** What a step's work is like. */
export interface Work {
  /** It has a unit of its own. */
  readonly detached: boolean;
  /** It reads what comes with the script, which is kept in a file that only root reads until it has ended. */
  readonly hasInput: boolean;
}

/** In days: what a run has left that nobody resumed goes at the end of another one after that. */
export const KEPT_DAYS = 7;

const place = '/run/pvefleet';

/**
 * Shell text that does some work once, whoever sends it however often, and leaves its exit code in $result. Who makes the
 * directory of the unit does the work: its pid, output and exit code stand there, and the others wait for them. The work
 * writes to files, so it goes on when its connection is gone. /run is emptied at boot. Only root can keep track so;
 * somebody else's work is done without. POSIX sh.
 */
export function claimScript({ unit, begin }: Claim, kind: Work, work: readonly string[]): readonly string[] {
  return [
    `at=${place}/${unit}; result=`,
    `[ -d ${place} ] || mkdir -p -m 700 ${place} 2>/dev/null`,
    // When a process began, in clock ticks: its pid may be another's later. The twenty-second word, and no fork.
    `began() { [ -r "/proc/$1/stat" ] && read -r ${'x '.repeat(21)}ticks x <"/proc/$1/stat"; }`,
    `lost() { echo "${LOST_MARK} ${unit}" >&2; result=1; }`,
    ...(begin.how === 'attach' ? lookScript(unit, begin.boot) : beginScript(begin.how, kind, work)),
    ...waitScript(unit, begin),
  ];
}

/** The same work, begun once and not waited for: $result is empty then, else it is why it could not be. */
export function startScript(unit: string, kind: Work, work: readonly string[]): readonly string[] {
  return [
    `at=${place}/${unit}; result=`,
    `[ -d ${place} ] || mkdir -p -m 700 ${place} 2>/dev/null`,
    'began() { ticks=0; }',
    ...beginScript('first', kind, work),
  ];
}

/**
 * Shell text that says how work is that was started so: "running", "unknown" (nobody has begun it, or it is long ago), "lost"
 * (it was killed, or the node was restarted), or "ended", its exit code and, in base64, what it printed on both streams.
 */
export function jobScript(unit: string): string {
  return [
    `at=${place}/${unit}`,
    'if [ ! -d "$at" ]; then echo unknown; exit 0; fi',
    // Asked for before its exit code is looked for: it may end in between.
    `systemctl is-active --quiet pvefleet-${unit} 2>/dev/null && is=running || is=lost`,
    'if [ -s "$at/exit" ]; then echo ended; cat "$at/exit"; for one in out err; do base64 "$at/$one" | tr -d "\\n"; echo; done',
    'else echo "$is"; fi',
  ].join('\n');
}

/** Where that work keeps what it leaves. */
export const jobDirectory = (unit: string): string => `${place}/${unit}`;

function beginScript(
  how: 'first' | 'anew',
  { detached, hasInput }: Work,
  work: readonly string[],
): readonly string[] {
  const input = hasInput ? '"$at/in"' : '/dev/null';
  return [
    ...(how === 'anew' ? ['rm -rf "$at"'] : []),
    'work() {',
    ...work,
    '}',
    'if mkdir "$at" 2>/dev/null; then',
    '  began $$; echo "$$ $ticks" >"$at/pid"',
    ...(hasInput ? ['  cat >"$at/in"'] : []),
    `  (work) <${input} >"$at/out" 2>"$at/err"`,
    '  result=$?',
    ...(hasInput && !detached ? ['  rm -f "$at/in"'] : []),
    ...(detached
      ? // The unit itself leaves its exit code; until then it is what runs.
        ['  if [ "$result" = 0 ]; then rm "$at/pid"; result=; else echo "$result" >"$at/exit"; fi']
      : ['  echo "$result" >"$at/exit"']),
    `elif [ -d "$at" ]; then :`,
    `elif [ -w ${place} ]; then echo "no directory $at can be made" >&2; result=1`,
    `else ${hasInput ? '(work)' : '(work) </dev/null'}; result=$?`,
    'fi',
  ];
}

function lookScript(unit: string, boot: string | undefined): readonly string[] {
  const same =
    boot === undefined ? 'false' : `[ "$(cat /proc/sys/kernel/random/boot_id)" = ${shQuote(boot)} ]`;
  return [
    `if [ ! -w ${place} ]; then lost`,
    `elif [ ! -d "$at" ] && ${same}; then echo "${NOT_BEGUN_MARK} ${unit}" >&2; result=1`,
    'fi',
  ];
}

/** Whoever has made the directory writes its pid at once; that it is not there yet does not say that nothing runs. */
function waitScript(unit: string, { how }: Begin): readonly string[] {
  return [
    'holds() { [ -s "$at/pid" ] && read -r pid was <"$at/pid" && began "$pid" && [ "$ticks" = "$was" ]; }',
    `runs() { holds 2>/dev/null || systemctl is-active --quiet pvefleet-${unit} 2>/dev/null; }`,
    // What it prints goes out as it comes: the report tells how far a long task is. Together it is the whole of it.
    'show() { [ -s "$at/out" ] || return 0; size=$(stat -c %s "$at/out"); [ "$size" -gt "$shown" ] || return 0; tail -c +$((shown + 1)) "$at/out" | head -c $((size - shown)); shown=$size; }',
    'wait=0.2; shown=0',
    'while [ -z "$result" ]; do',
    '  if [ -s "$at/exit" ]; then result=$(cat "$at/exit")',
    '  elif [ ! -d "$at" ]; then lost',
    '  elif [ "$wait" = 1 ] && ! runs && [ ! -s "$at/exit" ]; then lost',
    '  else show; sleep "$wait"; [ "$wait" = 0.2 ] && wait=0.5 || wait=1',
    '  fi',
    'done',
    'if [ -d "$at" ]; then',
    '  show; [ -s "$at/err" ] && cat "$at/err" >&2',
    // What it was for is looked for by those who were told; then it may be begun again.
    ...(how === 'attach' ? ['  [ -s "$at/exit" ] || rm -rf "$at"'] : []),
    'fi',
  ];
}

/** The work of a step that has a unit of its own, so that not even the end of its log-in is the end of it. */
export function detachedScript(command: string, unit: string, hasInput: boolean): string {
  const at = `${place}/${unit}`;
  const input = hasInput ? ` <${at}/in` : '';
  const inner = `${command}${input} >${at}/out 2>${at}/err; echo $? >${at}/exit${hasInput ? `; rm -f ${at}/in` : ''}`;
  return `systemd-run --quiet --collect --unit=pvefleet-${unit} --setenv=LC_ALL=C.UTF-8 sh -c ${shQuote(inner)}`;
}

/** Shell text that takes away what the steps of a run have left, once the journal knows how each of them ended; and what is old. */
export function clearScript(run: string): string {
  const which = `\\( -name ${shQuote(`${run}-*`)} -o -mtime +${KEPT_DAYS - 1} \\)`;
  return `find ${place} -mindepth 1 -maxdepth 1 ${which} -exec rm -rf {} + 2>/dev/null`;
}
