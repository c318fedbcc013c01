import type { Exec } from '../apply/exec.ts';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail } from '../diagnostic.ts';
import type { Node } from '../inventory/node.ts';
import { assembleSurvey, hostsToAskAgain } from './assemble.ts';
import { membersAmong } from './members-among.ts';
import { newNonce, probeScript } from './probe.ts';
import type { NodeAnswer } from './read-answer.ts';
import { readAnswer } from './read-answer.ts';
import type { Snapshot } from './snapshot.ts';

/** What the probe found: a snapshot per cluster or lone node, and who could not be reached, each with its reason. */
export interface Survey {
  readonly clusters: readonly Snapshot[];
  /** One error a host (its `host` is set): did not answer, refused the key, changed host key, unreadable answer. */
  readonly unreachable: readonly Diagnostic[];
}

/** The probe gives up a hung /etc/pve by itself after some reads of 10 s; this is for all else. */
const answerSeconds = 60;

/**
 * Asks every node what it is, at once: one exec each, and one more to a member of a cluster whose tree nobody sent.
 * A node's trouble is a row of the survey, never a failure of the whole. `leftOut`: hosts of the inventory that are not
 * asked, so that a member among them is said to be left out rather than missing in the inventory; of these `ifMembers` are
 * asked after all that are nodes of a cluster that one of the others is of.
 */
export async function survey(
  nodes: readonly Node[],
  exec: Exec,
  leftOut: readonly Node[] = [],
  ifMembers: readonly Node[] = [],
): Promise<Survey> {
  const begun = await Promise.all(nodes.map(({ name }) => ask(name, 'survey', exec)));
  const members = membersAmong(ifMembers, answersOf(begun));
  const first = [...begun, ...(await Promise.all(members.map(({ name }) => ask(name, 'survey', exec))))];
  const answers = answersOf(first);
  const again = await Promise.all(hostsToAskAgain(nodes, answers).map((host) => ask(host, 'tree', exec)));
  const failures = [...first, ...again].flatMap((result) => (result.ok ? [] : result.diagnostics));
  const trees = new Map(
    again.flatMap((result) => (result.ok ? [[result.value.host, result.value] as const] : [])),
  );
  return assembleSurvey(
    [...nodes, ...members],
    answers.map((answer) => trees.get(answer.host) ?? answer),
    failures,
    leftOut.filter((node) => !members.includes(node)),
  );
}

const answersOf = (results: readonly Result<NodeAnswer>[]): readonly NodeAnswer[] =>
  results.flatMap((result) => (result.ok ? [result.value] : []));

/** A connection that breaks off after the node's own facts still gives those: a hung /etc/pve is not a node that is down. */
async function ask(host: string, mode: 'survey' | 'tree', exec: Exec): Promise<Result<NodeAnswer>> {
  const nonce = newNonce();
  const come: Buffer[] = [];
  const result = await exec(host, probeScript({ mode }, nonce), {
    timeoutSeconds: answerSeconds,
    onOutput: (stream, chunk) => void (stream === 'stdout' && come.push(chunk)),
  });
  const answer = readAnswer(host, result.ok ? result.value.stdout : Buffer.concat(come), nonce);
  return answer.ok || result.ok
    ? answer
    : fail(...result.diagnostics.map((diagnostic) => notAnswered(host, diagnostic)));
}

/** A command that breaks off may have changed something, a survey has not: its node has only given no answer. */
function notAnswered(host: string, diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.trouble !== 'failed') return diagnostic;
  return {
    ...diagnostic,
    trouble: 'unreachable',
    message: `Cannot read what ${host} is: its answer broke off; wanted is the whole of it (${diagnostic.message})`,
    hint: 'Nothing was changed by reading; run it again.',
  };
}
