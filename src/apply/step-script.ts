import type { Argument } from '../pve/call.ts';
import { callInput, renderCall, showCommand } from '../pve/render-call.ts';
import type { Act, Guard, Step } from '../plan/plan.ts';
import { shJoin, shQuote } from '../text/sh-quote.ts';
import type { Begin, Claim } from './claim-script.ts';
import { claimScript, detachedScript, startScript } from './claim-script.ts';
import { taskEndScript } from './task-end-script.ts';

/** Exit code of a step's script when a guard did not hold, and the word that begins the line on stderr that says which. */
export const GUARD_EXIT = 97;
export const GUARD_MARK = 'pvefleet-guard:';

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

/** What the command of an act reads from its input, its secrets put in; undefined: nothing. Secrets go this way alone. */
export function stepInput(act: Act, secrets: ReadonlyMap<string, string> = new Map()): string | undefined {
  const pieces = inputOf(act).map((piece) => {
    if (typeof piece === 'string') return piece;
    const value = 'secret' in piece ? secrets.get(piece.secret) : undefined;
    if (value === undefined) throw new Error('a step reads a secret that the plan has no value for');
    return value;
  });
  return pieces.length === 0 ? undefined : pieces.join('');
}

function inputOf(act: Act): readonly Argument[] {
  if (act.run === 'call') return callInput(act.call);
  return act.stdin === undefined ? [] : [act.stdin];
}

/** What a script needs to know beside the step. */
export interface ScriptContext extends Claim {
  /** SHA-1 of the files of this change as they should be now, by path. */
  readonly digests: Readonly<Record<string, string>>;
  /** Shell text that reads again what the step touched. */
  readonly readBack: string;
  /** Shell text that holds when the run may change the cluster; none: always. */
  readonly mayChange: string | undefined;
  /** Shell text that leaves a line about the step in the node's own log. */
  readonly note: string;
}

/**
 * The whole of a step as one exec: check the guards, run the command, read again what it touched.
 * The script exits with the command's own code. POSIX sh, Debian's tools.
 */
export function stepScript(step: Step, context: ScriptContext): string {
  const { unit } = context;
  const hasInput = inputOf(step.act).length > 0;
  const command = commandText(step.act, context.digests, hasInput);
  return [
    ...preamble(showCommand(actArgv(step.act))),
    ...claimScript(context, { detached: step.detached, hasInput }, [
      `refuse() { echo "${GUARD_MARK} $1" >&2; exit ${GUARD_EXIT}; }`,
      ...(context.mayChange === undefined ? [] : [`${context.mayChange} || refuse lock`]),
      ...step.guards.map((guard) => guardScript(guard, context.digests)),
      ...(context.note === '' ? [] : [context.note]),
      step.detached ? detachedScript(command, unit, hasInput) : command,
    ]),
    ...taskEndScript,
    context.readBack,
    'exit "$result"',
    '',
  ].join('\n');
}

/** A command that nobody finds again, as one exec; it leaves a line in the node's own log. */
export function commandScript(
  act: Act,
  note: string,
  { command, hasInput }: { readonly command: string; readonly hasInput: boolean },
): string {
  return [
    ...preamble(command),
    ...(note === '' ? [] : [note]),
    commandText(act, {}, hasInput || inputOf(act).length > 0),
    '',
  ].join('\n');
}

/** A command that goes on when its connection is gone, ended after so many seconds. */
export interface Detached {
  readonly seconds: number;
  readonly unit: string;
  /** Shell text that reads the first line of the input before the command does. */
  readonly readFirst?: string;
  /** Undefined: it is begun, and not waited for. */
  readonly begin: Begin | undefined;
}

/** The same as commandScript, as a unit of systemd that is found again by its name. */
export function detachedCommandScript(
  act: Act,
  note: string,
  { command: shown, hasInput }: { readonly command: string; readonly hasInput: boolean },
  { seconds, unit, readFirst, begin }: Detached,
): string {
  const command = commandText(act, {}, hasInput);
  const whole = readFirst === undefined ? command : `sh -c ${shQuote(`${readFirst}; ${command}`)}`;
  const kind = { detached: true, hasInput: hasInput || readFirst !== undefined };
  const work = [
    ...(note === '' ? [] : [note]),
    detachedScript(`timeout -k 5 ${seconds} ${whole}`, unit, kind.hasInput),
  ];
  return [
    ...preamble(shown),
    ...(begin === undefined ? startScript(unit, kind, work) : claimScript({ unit, begin }, kind, work)),
    `exit "\${result:-0}"`,
    '',
  ].join('\n');
}

function preamble(command: string): readonly string[] {
  return [
    // What it is, for the node's process list and for messages about the connection.
    `# ${command.replaceAll('\n', ' ')}`,
    'LC_ALL=C.UTF-8; export LC_ALL',
  ];
}

function commandText(act: Act, digests: ScriptContext['digests'], hasInput: boolean): string {
  const [program = '', ...rest] = actArgv(act);
  const command = [
    typeof program === 'string' ? shJoin([program]) : '',
    ...rest.flatMap((argument) => argumentText(act, argument, digests)),
  ].join(' ');
  const files = rest.flatMap((argument) =>
    typeof argument === 'object' && 'file' in argument ? [argument.file] : [],
  );
  const whole = files.reduce(withFile, command);
  return hasInput ? whole : `${whole} </dev/null`;
}

/** The command with its file, which is the shell's $file. */
const withFile = (command: string, text: string): string =>
  `{ file=$(mktemp) && printf %s ${shQuote(text)} >"$file" && ${command}; code=$?; rm -f "$file"; (exit $code); }`;

/** Shell text of an argument. A secret is left out: the option before it stands without a value, and PVE's command reads it from its input. */
function argumentText(
  act: Act,
  argument: Argument,
  digests: Readonly<Record<string, string>>,
): readonly string[] {
  if (typeof argument === 'string') return [shQuote(argument)];
  if ('secret' in argument) {
    if (!inputOf(act).includes(argument))
      throw new Error(`secret ${argument.secret} is no input of its command`);
    return [];
  }
  if ('volumeOf' in argument) {
    const [before, after] = argument.around;
    return [`${shQuote(before)}"${volumeText(argument.volumeOf, argument.in)}"${shQuote(after)}`];
  }
  if ('file' in argument) return ['"$file"'];
  const digest = digests[argument.digest];
  if (digest === undefined) throw new Error(`no digest of ${argument.digest} in the plan`);
  return [shQuote(digest)];
}

/** Shell text for the volume in a slot, as the active part of the config has it: that comes before its sections. */
function volumeText(slot: string, path: string): string {
  const volume = String.raw`s/^${slot}: \(.*,\)\{0,1\}\(file=\|volume=\)\{0,1\}\([^,=]*:[^,=]*\)\(,.*\)\{0,1\}$/\3/p`;
  return `$(sed -n ${shQuote(String.raw`/^\[/q;` + volume)} ${shQuote(path)})`;
}

function guardScript(guard: Guard, digests: Readonly<Record<string, string>>): string {
  switch (guard.require) {
    case 'unchanged': {
      const path = shQuote(guard.path);
      return `[ "$(sha1sum 2>/dev/null <${path} | cut -c1-40)" = ${shQuote(digests[guard.path] ?? '')} ] || refuse ${shQuote(`unchanged ${guard.path}`)}`;
    }
    case 'vmid-free':
      return `! grep -q '^"${guard.vmid}":' /etc/pve/.vmlist || refuse 'vmid-free ${guard.vmid}'`;
    case 'snapshot': {
      const { name, time } = guard;
      const taken = String.raw`/^\[${name}\]$/,/^snaptime: /s/^snaptime: //p`;
      return `[ "$(sed -n ${shQuote(taken)} ${shQuote(guard.path)} 2>/dev/null)" = ${time} ] || refuse ${shQuote(`snapshot ${name}`)}`;
    }
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
