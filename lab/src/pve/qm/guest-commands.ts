import type { Command } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { printAgentResult, setGuestPassword } from './agent.ts';
import { execByAgent, printExecStatus } from './guest-exec.ts';

const VM = '/nodes/{node}/qemu/{vmid}';
const vmid = { type: 'integer', format: 'pve-vmid', minimum: 100, maximum: 999999999 };
const flag = { type: 'boolean', optional: 1 };

/** `qm guest ...`: what the guest agent does. */
export const GUEST_COMMANDS: Readonly<Record<string, Command>> = {
  'guest cmd': {
    parameters: parametersOf(`POST ${VM}/agent`),
    positional: ['vmid', 'command'],
    run: printAgentResult,
  },
  'guest passwd': {
    parameters: parametersOf(`POST ${VM}/agent/set-user-password`),
    positional: ['vmid', 'username'],
    prompts: ['password'],
    run: (session, given) => void setGuestPassword(session, given),
  },
  'guest exec-status': {
    parameters: parametersOf(`GET ${VM}/agent/exec-status`),
    positional: ['vmid', 'pid'],
    run: printExecStatus,
  },
  'guest exec': {
    parameters: {
      vmid,
      synchronous: flag,
      timeout: { type: 'integer', minimum: 0, optional: 1 },
      'pass-stdin': flag,
    },
    positional: ['vmid', 'extra-args'],
    run: execByAgent,
  },
};
