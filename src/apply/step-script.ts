import type { Argument } from '../pve/call.ts';
import { renderCall, showCommand } from '../pve/render-call.ts';
import type { Act, Guard, Step } from '../plan/plan.ts';
import { shJoin, shQuote } from '../text/sh-quote.ts';

/** Exit code of a step's script when a guard did not hold, and the word that begins the line on stderr that says which. */
export const GUARD_EXIT = 97;
export const GUARD_MARK = 'pvefleet-guard:';
/** Begins the line on stderr when a detached step's unit is gone and has left no exit code; PVE's own codes mean nothing. */
export const LOST_MARK = 'pvefleet-lost:';

/** The command line of an act, as data: secrets and digests are still names. */
export function actArgv(act: Act): readonly Argument[] {
  return act.run === 'call' ? renderCall(act.call) : act.argv;
}

/** The same with the digests that are known by now: what is shown and recorded. */
export function shownArgv(act: Act, digests: Readonly<Record<string, string>>): readonly Argument[] {
  return actArgv(act).map((argument) =>
    typeof argument === 'object' && 'digest' in argument ? (digests[argument.digest] ?? argument) : argument,
  );
}

/** What a script needs to know beside the step. */
export interface ScriptContext {
  /** Unique on the node: run and step. Letters, digits, "-". */
  readonly unit: string;
  /** SHA-1 of the files of this change as they should be now, by path. */
  readonly digests: Readonly<Record<string, string>>;
  /** Shell text that reads again what the step touched. */
  readonly readBack: string;
  /** Shell text that leaves a line about the step in the node's own log. */
  readonly note: string;
  /** Go on waiting for a detached step that was started before; never start it. */
  readonly attach: boolean;
}

/**
 * The whole of a step as one exec: check the guards, run the command, read again what it touched.
 * The script exits with the command's own code. POSIX sh, Debian's tools.
 */
export function stepScript(step: Step, context: ScriptContext): string {
  const command = shJoin(actArgv(step.act).map((argument) => resolveArgument(argument, context.digests)));
  const guards = context.attach
    ? []
    : [...step.guards.map((guard) => guardScript(guard, context.digests)), context.note];
  const run = step.detached
    ? detachedScript(command, context)
    : [
        `${command} ${step.act.run === 'exec' && step.act.stdin !== undefined ? '' : '</dev/null'}`.trimEnd(),
        'result=$?',
      ];
  return [
    // What it is, for the node's process list and for messages about the connection.
    `# ${showCommand(actArgv(step.act)).replaceAll('\n', ' ')}`,
    'LC_ALL=C.UTF-8; export LC_ALL',
    `refuse() { echo "${GUARD_MARK} $1" >&2; exit ${GUARD_EXIT}; }`,
    ...guards.filter((text) => text !== ''),
    ...run,
    context.readBack,
    'exit "$result"',
    '',
  ].join('\n');
}

function resolveArgument(argument: Argument, digests: Readonly<Record<string, string>>): string {
  if (typeof argument === 'string') return argument;
  if ('secret' in argument) throw new Error(`secret ${argument.secret} reached the script unresolved`);
  const digest = digests[argument.digest];
  if (digest === undefined) throw new Error(`no digest of ${argument.digest} in the plan`);
  return digest;
}

function guardScript(guard: Guard, digests: Readonly<Record<string, string>>): string {
  switch (guard.require) {
    case 'unchanged': {
      const path = shQuote(guard.path);
      return `[ "$(sha1sum <${path} 2>/dev/null | cut -c1-40)" = ${shQuote(digests[guard.path] ?? '')} ] || refuse ${shQuote(`unchanged ${guard.path}`)}`;
    }
    case 'vmid-free':
      return `! grep -q '^"${guard.vmid}":' /etc/pve/.vmlist || refuse 'vmid-free ${guard.vmid}'`;
    case 'power': {
      const running =
        guard.guest === 'vm'
          ? `pid=$(cat /run/qemu-server/${guard.vmid}.pid 2>/dev/null) && grep -q '/${guard.vmid}[.]pid' "/proc/$pid/cmdline" 2>/dev/null`
          : `grep -q '@/var/lib/lxc/${guard.vmid}/command$' /proc/net/unix`;
      return `if ${running}; then power=running; else power=stopped; fi; [ "$power" = ${guard.is} ] || refuse 'power ${guard.vmid} ${guard.is}'`;
    }
    case 'quorum':
      return `grep -q '"quorate": 1' /etc/pve/.members || ! grep -q '"cluster":' /etc/pve/.members || refuse quorum`;
  }
}

/**
 * The command runs in a unit of its own, so that it outlives the connection. Its directory holds output and exit code;
 * whoever finds "started" there waits and starts nothing. /run is emptied at boot: a unit that was lost so is said to be lost.
 */
function detachedScript(command: string, { unit, attach }: ScriptContext): readonly string[] {
  const directory = `/run/pvefleet/${unit}`;
  const inner = `${command} </dev/null >${directory}/out 2>${directory}/err; echo $? >${directory}/exit.new; mv ${directory}/exit.new ${directory}/exit`;
  const start = [
    'mkdir -p /run/pvefleet && chmod 700 /run/pvefleet',
    // What runs of days ago have left.
    'find /run/pvefleet -mindepth 1 -maxdepth 1 -mtime +2 -exec rm -rf {} + 2>/dev/null',
    `if mkdir ${directory} 2>/dev/null; then`,
    `  systemd-run --quiet --collect --unit=pvefleet-${unit} --setenv=LC_ALL=C.UTF-8 sh -c ${shQuote(inner)} || { result=$?; rmdir ${directory}; exit "$result"; }`,
    'fi',
  ];
  return [
    ...(attach ? [] : start),
    `lost() { echo "${LOST_MARK} ${unit}" >&2; result=1; }`,
    // What it prints goes out as it comes: the report tells how far a long task is. Together it is the whole of it.
    `show() { [ -e ${directory}/out ] || return 0; size=$(stat -c %s ${directory}/out); [ "$size" -gt "$shown" ] || return 0; tail -c +$((shown + 1)) ${directory}/out | head -c $((size - shown)); shown=$size; }`,
    'wait=0.2; result=; shown=0',
    'while [ -z "$result" ]; do',
    `  if [ -e ${directory}/exit ]; then result=$(cat ${directory}/exit)`,
    `  elif [ ! -d ${directory} ]; then lost`,
    `  elif [ "$wait" = 1 ] && ! systemctl is-active --quiet pvefleet-${unit} && [ ! -e ${directory}/exit ]; then lost`,
    '  else show; sleep "$wait"; [ "$wait" = 0.2 ] && wait=0.5 || wait=1',
    '  fi',
    'done',
    `if [ -d ${directory} ]; then show; cat ${directory}/err >&2; fi`,
  ];
}
