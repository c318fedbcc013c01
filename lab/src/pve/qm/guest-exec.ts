import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { runInside } from '../guest/inside.ts';
import { toPrettyJson } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { kept } from '../../shell/escape.ts';
import { runningPid } from './run-state.ts';
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
  const config = loadVm(session, vmid);
  if (argv.length === 0) die('pvefleet-lab: a command that is only input is not modelled');
  const agent = config.main.get('agent');
  if (agent === undefined) die('No QEMU guest agent configured');
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} is not running`);
  if (!/^(enabled=)?1/.test(agent) || !session.machine.traits.guestsAnswer)
    die('QEMU guest agent is not running');
  if (synchronous === '0') die('pvefleet-lab: synchronous 0 is not modelled');
  const inside = { ...session, input: { ...session.input, stdin: input ?? '' } };
  const ran = await endOrTimeOut(session, Number(timeout ?? 30), () =>
    runInside(inside, config.main.get('name') ?? `VM${vmid}`, argv),
  );
  if (ran === 'timeout') {
    session.warn('timeout reached, returning pid\n');
    session.print(toPrettyJson({ pid: FIRST_PID }));
    session.print('\n');
    return;
  }
  if (ran === undefined)
    die(`pvefleet-lab: what the agent says without a program "${argv[0] ?? ''}" is not modelled`);
  session.print(
    kept(
      `${toPrettyJson({
        ...(ran.stderr === '' ? {} : { 'err-data': asBytes(ran.stderr) }),
        exitcode: ran.exit,
        exited: 1,
        ...(ran.stdout === '' ? {} : { 'out-data': asBytes(ran.stdout) }),
      })}\n`,
    ),
  );
}

/** The first process that a guest's agent starts. */
const FIRST_PID = 1042;

async function endOrTimeOut<T>(
  { machine, input }: Session,
  seconds: number,
  work: () => Promise<T>,
): Promise<T | 'timeout'> {
  if (seconds === 0) return work();
  const over = machine.sleep(seconds, input.signal).then(() => 'timeout' as const);
  return Promise.race([work(), over]);
}

/** JSON::to_json of a string of bytes. */
const asBytes = (text: string): string => Buffer.from(text).toString('latin1');
