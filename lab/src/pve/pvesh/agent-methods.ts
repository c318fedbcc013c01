import type { Properties } from '../schema/types.ts';
import { parametersOf } from '../schema/parameters.ts';
import { agentResult, setGuestPassword } from '../qm/agent.ts';
import { beginByAgent, execStatus } from '../qm/guest-exec.ts';
import type { Named } from './method.ts';

const AGENT = '/nodes/{node}/qemu/{vmid}/agent';

/** Commands of the guest agent that read are methods of GET, all others of POST (PVE/API2/Qemu/Agent.pm). */
const READS = /^(?:get-|info$|network-get-interfaces$)/;

/** The methods below `agent`. */
export function agentMethods(): readonly Named[] {
  const { command, ...rest } = parametersOf(`POST ${AGENT}`);
  const own: Properties = rest;
  return [
    [`POST ${AGENT}`, { parameters: parametersOf(`POST ${AGENT}`), run: agentResult }],
    ...(command?.enum ?? []).map((name): Named => [
      `${READS.test(name) ? 'GET' : 'POST'} ${AGENT}/${name}`,
      { parameters: own, run: (session, given) => agentResult(session, { ...given, command: name }) },
    ]),
    [`POST ${AGENT}/exec`, { parameters: parametersOf(`POST ${AGENT}/exec`), run: beginByAgent }],
    [`GET ${AGENT}/exec-status`, { parameters: parametersOf(`GET ${AGENT}/exec-status`), run: execStatus }],
    [
      `POST ${AGENT}/set-user-password`,
      { parameters: parametersOf(`POST ${AGENT}/set-user-password`), run: setGuestPassword },
    ],
  ];
}
