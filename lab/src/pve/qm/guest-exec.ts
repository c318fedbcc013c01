import type { Parameters } from '../cli/getopt.ts';
import { listItems } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { runInside } from '../guest/inside.ts';
import type { Json } from '../pvesh/format.ts';
import { toPrettyJson } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { kept } from '../../shell/escape.ts';
import { vmWithAgent } from './agent.ts';
import { loadVm } from './store.ts';

/** Bytes of input that PVE passes to the guest agent (PVE/CLI/qm.pm). */
const MOST_INPUT = 1024 * 1024;

/**
 * `qm guest exec`, after PVE/CLI/qm.pm and PVE/QemuServer/Agent.pm: prints what the guest agent says of the command's end,
 * each byte of its output as the character of that number, and exits with 0 whatever the command's own code. Throws Failure.
 */
export async function execByAgent(
  session: Session,
  parameters: Parameters,
  argv: readonly string[],
): Promise<void> {
  const { vmid = '', synchronous = '1', timeout } = parameters;
  if (timeout !== undefined && synchronous === '0')
    refuseParameters({ synchronous: "needs to be set for 'timeout'" });
  const input = parameters['pass-stdin'] === '1' ? session.input.stdin : undefined;
  if (input !== undefined && Buffer.byteLength(input) > MOST_INPUT)
    die("'input-data' (STDIN) is limited to 1 MiB, aborting");
  const { pid, ended } = begin(session, vmid, argv, input);
  if (synchronous === '0') {
    print(session, { pid });
    return;
  }
  const end = await endOrTimeOut(session, Number(timeout ?? 30), ended);
  if (end === undefined) session.warn('timeout reached, returning pid\n');
  else endedPids(session, vmid).remove(pid);
  print(session, end ?? { pid });
}

/** POST .../agent/exec. Throws Failure. */
export function beginByAgent(session: Session, parameters: Parameters): Json {
  const { vmid = '', command } = parameters;
  const argv = command === undefined ? [] : listItems(command);
  return { pid: begin(session, vmid, argv, parameters['input-data']).pid };
}

/** `qm guest exec-status` and the API's: how a command that the agent began goes; who has seen its end can't ask again. Throws Failure. */
export function execStatus(session: Session, { vmid = '', pid = '' }: Parameters): Json {
  vmWithAgent(session, vmid);
  const pids = endedPids(session, vmid);
  const end = pids.read(Number(pid)) ?? die(`Agent error: PID ${Number(pid)} does not exist`);
  if (end === RUNNING) return { exited: 0 };
  pids.remove(Number(pid));
  const read: Json = JSON.parse(end);
  return read;
}

/** Prints what `exec-status` answers. Throws Failure. */
export function printExecStatus(session: Session, parameters: Parameters): void {
  print(session, execStatus(session, parameters));
}

function print(session: Session, answer: Json): void {
  session.print(kept(`${toPrettyJson(answer)}\n`));
}

/** Has the agent begin a command, which goes on when nobody waits for it. Throws Failure. */
function begin(
  session: Session,
  vmid: string,
  argv: readonly string[],
  stdin: string | undefined,
): { readonly pid: number; readonly ended: Promise<Json> } {
  loadVm(session, vmid);
  if (argv.length === 0 && stdin === undefined) die('command or input-data (or both) required');
  const section = vmWithAgent(session, vmid);
  if (argv.length === 0) die('pvefleet-lab: a command that is only input is not modelled');
  const pids = endedPids(session, vmid);
  const inside = { ...session, input: { ...session.input, stdin: stdin ?? '', signal: FOREVER } };
  const running = runInside(inside, section.get('name') ?? `VM${vmid}`, argv);
  if (running === undefined)
    die(`pvefleet-lab: what the agent says without a program "${argv[0] ?? ''}" is not modelled`);
  const pid = pids.next();
  pids.write(pid, RUNNING);
  const ended = running.then(({ stdout, stderr, exit }) => {
    const answer = {
      ...(stderr === '' ? {} : { 'err-data': asBytes(stderr) }),
      exitcode: exit,
      exited: 1,
      ...(stdout === '' ? {} : { 'out-data': asBytes(stdout) }),
    };
    if (pids.read(pid) === RUNNING) pids.write(pid, JSON.stringify(answer));
    return answer;
  });
  return { pid, ended };
}

const FOREVER = new AbortController().signal;

/** The first process that a guest's agent starts. */
const FIRST_PID = 1042;
const RUNNING = 'running\n';

/** The processes that the agent of a VM began, in files of the lab's own: how each ended. */
function endedPids(
  { machine }: Session,
  vmid: string,
): {
  readonly next: () => number;
  readonly read: (pid: number) => string | undefined;
  readonly write: (pid: number, text: string) => void;
  readonly remove: (pid: number) => void;
} {
  const { files } = machine;
  const folder = `/run/pvefleet-lab/${vmid}.exec`;
  return {
    next: () => {
      const pid = Number(files.read(`${folder}/next`) ?? FIRST_PID);
      files.write(`${folder}/next`, String(pid + 1));
      return pid;
    },
    read: (pid) => files.read(`${folder}/${pid}`),
    write: (pid, text) => files.write(`${folder}/${pid}`, text),
    remove: (pid) => files.remove(`${folder}/${pid}`),
  };
}

async function endOrTimeOut(
  { machine, input }: Session,
  seconds: number,
  ended: Promise<Json>,
): Promise<Json | undefined> {
  if (seconds === 0) return ended;
  const over = machine.sleep(seconds, input.signal).then(() => undefined);
  return Promise.race([ended, over]);
}

/** JSON::to_json of a string of bytes. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');
