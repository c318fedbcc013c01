import type { Exec } from '../apply/exec.ts';
import type { Node } from '../inventory/node.ts';
import type { Survey } from '../snapshot/survey.ts';
import { survey } from '../snapshot/survey.ts';
import type { Output } from './command.ts';
import type { Fleet } from './connect.ts';
import { countAnswers } from './count-answers.ts';
import { execByHost } from './exec-by-host.ts';

/** Who is asked: these hosts, and those of the others that are nodes of their clusters. */
export interface Asked {
  readonly nodes: readonly Node[];
  readonly ifMembers: readonly Node[];
}

/** Asks them before anything is begun, so that an interruption ends it at once. */
export function firstSurvey(fleet: Fleet, stderr: Output, exec?: Exec, asked?: Asked): Promise<Survey> {
  return fleet.whileReading(() => surveyNodes(fleet, stderr, exec, asked));
}

/** Asks hosts what they are, all of the fleet unless it is said who; a terminal shows who is waited for. */
export async function surveyNodes(
  fleet: Pick<Fleet, 'inventory' | 'nodes' | 'pool'>,
  stderr: Output,
  exec: Exec = execByHost(fleet),
  { nodes, ifMembers }: Asked = { nodes: fleet.nodes, ifMembers: [] },
): Promise<Survey> {
  const counter = countAnswers(
    nodes.map(({ name }) => name),
    stderr,
  );
  const ask: Exec = async (host, script, options) => {
    const answer = await exec(host, script, options);
    counter.answered(host);
    return answer;
  };
  const found = await surveyAgain(fleet, ask, { nodes, ifMembers });
  counter.end();
  return found;
}

/** The same in the middle of a run, whose own screen shows what it waits for. */
export function surveyAgain(
  { inventory }: Pick<Fleet, 'inventory'>,
  exec: Exec,
  { nodes, ifMembers }: Asked,
): Promise<Survey> {
  const leftOut = inventory.nodes.filter((node) => !nodes.includes(node));
  return survey(nodes, exec, leftOut, ifMembers);
}
