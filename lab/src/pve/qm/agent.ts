import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Section } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import { toPrettyJson } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { agentAnswer } from './agent-answers.ts';
import { isPaused, runningPid } from './run-state.ts';
import { loadVm } from './store.ts';

/** Whether a VM's guest agent answers: it was started with one, and its system runs. */
export function agentAnswers(machine: Machine, vmid: string): boolean {
  return (
    machine.traits.guestsAnswer &&
    machine.files.exists(`/run/qemu-server/${vmid}.qga`) &&
    !isPaused(machine, vmid)
  );
}

/** Options of a VM whose guest agent answers (PVE::QemuServer::Agent::assert_agent_available). Throws Failure in PVE's words. */
export function vmWithAgent(session: Session, vmid: string): Section {
  const { main } = loadVm(session, vmid);
  if (!main.has('agent')) die('No QEMU guest agent configured');
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} is not running`);
  if (!agentAnswers(session.machine, vmid)) die('QEMU guest agent is not running');
  return main;
}

/** One command without arguments of the guest agent: `{ result: ... }`, as the API gives it. Throws Failure. */
export function agentResult(session: Session, { vmid = '', command = '' }: Parameters): Json {
  const section = vmWithAgent(session, vmid);
  return { result: agentAnswer(session, vmid, section, command) };
}

/** `qm guest cmd`: prints what the agent answers, and nothing for an empty answer. Throws Failure. */
export function printAgentResult(session: Session, parameters: Parameters): void {
  const result = agentAnswer(
    session,
    parameters['vmid'] ?? '',
    vmWithAgent(session, parameters['vmid'] ?? ''),
    parameters['command'] ?? '',
  );
  if (typeof result !== 'object') session.print(`${result}\n`);
  else if (result !== null && Object.keys(result).length + (Array.isArray(result) ? 1 : 0) > 0)
    session.print(`${toPrettyJson(result)}\n`);
}

/** `qm guest passwd`: the agent sets the password of a user that the guest has, here of root alone. Throws Failure. */
export function setGuestPassword(session: Session, { vmid = '', username = '' }: Parameters): Json {
  vmWithAgent(session, vmid);
  if (username !== 'root') die('Agent error: child process has failed to set user password');
  return { result: {} };
}
