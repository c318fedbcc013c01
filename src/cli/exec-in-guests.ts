import { address, formatAddress } from '../address.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { readAgentAnswer } from '../guests/agent-answer.ts';
import { inContainer, inVm } from '../guests/guest-command.ts';
import type { GuestSelector } from '../inventory/guest-selector.ts';
import { selectGuests } from '../inventory/guest-selector.ts';
import type { Node } from '../inventory/node.ts';
import { namesHost } from '../snapshot/assemble.ts';
import { guestsOfSurvey } from '../snapshot/guests-of-survey.ts';
import { power } from '../snapshot/guests.ts';
import type { ClusterGuest } from '../snapshot/selectable-guests.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import type { Survey } from '../snapshot/survey.ts';
import type { Finished } from '../transports/transport.ts';
import type { Answer, Order, Said } from './exec-everywhere.ts';

/** Seconds that "qm guest exec" takes to begin, and to see that the time is up. */
const agentSeconds = 10;

/** What is to run in guests. */
export interface InGuests {
  readonly selector: GuestSelector;
  readonly argv: readonly string[];
  /** What was asked, in the user's words. */
  readonly command: string;
  readonly hasInput: boolean;
  readonly timeoutSeconds?: number;
}

/** What runs in which guest, and the answers of those where nothing can run. */
export interface GuestOrders {
  readonly orders: readonly Order[];
  readonly told: readonly Answer[];
}

/** Finds the guests that are meant, each on the node where it is now; those on hosts that the command leaves out are not. */
export function ordersInGuests(survey: Survey, nodes: readonly Node[], asked: InGuests): Result<GuestOrders> {
  const all = guestsOfSurvey(survey);
  const selected = selectGuests(asked.selector, all);
  if (!selected.ok) return fail(...selected.diagnostics, ...survey.unreachable);
  const found = selected.value.map((guest) => orderFor(guest, nodes, asked));
  return ok({
    orders: found.flatMap((each) => ('node' in each ? [each] : [])),
    told: [...hostsWithGuestsUnknown(survey), ...found.flatMap((each) => ('node' in each ? [] : [each]))],
  });
}

/** Hosts whose guests nobody else told of: any of them might be meant. */
function hostsWithGuestsUnknown({ clusters, unreachable }: Survey): readonly Answer[] {
  const read = clusters.filter(({ files }) => !isUnknown(files)).flatMap(({ nodes }) => Object.values(nodes));
  return unreachable.flatMap((error) => {
    const { host } = error;
    const known = read.some((state) => isUnknown(state) && host !== undefined && namesHost(state, host));
    return host === undefined || known ? [] : [{ host, seconds: 0, errors: [error] }];
  });
}

function orderFor(guest: ClusterGuest, nodes: readonly Node[], asked: InGuests): Order | Answer {
  const { snapshot, vmid, type, name = '', node } = guest;
  const host = formatAddress(address(type, vmid, snapshot.cluster));
  const who = { host, guest: { vmid, name, node } };
  const state = snapshot.nodes[node];
  const on =
    state === undefined || isUnknown(state) ? undefined : nodes.find((each) => each.name === state.host);
  const refuse = (code: string, whatIs: string): Answer => ({
    ...who,
    seconds: 0,
    errors: [cannotRun(asked.command, host, code, whatIs, on?.name)],
  });
  if (on === undefined) {
    const why = isUnknown(state) ? state.unknown : `${node} is no member of ${snapshot.cluster}`;
    return refuse('node', `it is on ${node}, and ${why}`);
  }
  const running = power(snapshot, vmid);
  if (isUnknown(running)) return refuse('power', `whether it runs is not known: ${running.unknown}`);
  if (running !== 'running') return refuse('stopped', `it is stopped on ${node}; a running guest is wanted`);
  if (type === 'container') return { ...who, node: on, script: inContainer({ vmid, ...asked }) };
  const read = (result: Result<Finished>): Result<Said> =>
    result.ok ? readVm(result.value, asked, host, on.name) : fail(...result.diagnostics.map(tellOfGuest));
  return { ...who, node: on, script: inVm({ vmid, ...asked }), read, extraSeconds: agentSeconds };
}

/** A command that was cut off on the node has not ended in the guest. */
function tellOfGuest(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.trouble !== 'failed' || diagnostic.code === 'transport/not-sent') return diagnostic;
  return { ...diagnostic, message: `${diagnostic.message}; what it started in the guest may still run` };
}

function readVm(
  { exit, stdout, stderr }: Finished,
  { command, timeoutSeconds }: InGuests,
  host: string,
  node: string,
): Result<Said> {
  const answer = readAgentAnswer(stdout.toString('utf8'));
  if (answer === undefined) {
    const said = `${stderr.toString('utf8')}${stdout.toString('utf8')}`.trim().replaceAll(/\s*\n\s*/gu, '; ');
    const what = said === '' ? `"qm guest exec" ended with ${exit} and said nothing` : said;
    return fail(cannotRun(command, host, 'agent', what, node));
  }
  if (answer.kind === 'running') {
    const why = `no end within ${timeoutSeconds ?? 0} s; it still runs in the guest, as process ${answer.pid}`;
    return fail({
      ...cannotRun(command, host, 'timeout', why, node),
      trouble: 'failed',
      message: `Cannot finish ${command} in ${host}: ${why}`,
    });
  }
  const { signal, truncated } = answer;
  const cut = { ...(truncated.stdout && { stdout: {} }), ...(truncated.stderr && { stderr: {} }) };
  return ok({
    exit: answer.exit,
    ...(signal !== undefined && { signal }),
    stdout: answer.stdout,
    stderr: answer.stderr,
    ...((truncated.stdout || truncated.stderr) && { cut }),
  });
}

function cannotRun(command: string, host: string, code: string, whatIs: string, node?: string): Diagnostic {
  return {
    code: `guest/${code}`,
    severity: 'error',
    trouble: 'unreachable',
    message: `Cannot run ${command} in ${host}: ${whatIs}`,
    ...(node !== undefined && { host: node }),
  };
}
