import type { Exec } from '../apply/exec.ts';
import type { Survey } from '../snapshot/survey.ts';
import { survey } from '../snapshot/survey.ts';
import type { Output } from './command.ts';
import type { Fleet } from './connect.ts';
import { countAnswers } from './count-answers.ts';
import { execByHost } from './exec-by-host.ts';

/** Asks them before anything is begun, so that an interruption ends it at once. */
export function firstSurvey(fleet: Fleet, stderr: Output, exec?: Exec): Promise<Survey> {
  return fleet.whileReading(() => surveyNodes(fleet, stderr, exec));
}

/** Asks every host of the fleet what it is; a terminal shows who is waited for. */
export async function surveyNodes(
  fleet: Pick<Fleet, 'inventory' | 'nodes' | 'pool'>,
  stderr: Output,
  exec: Exec = execByHost(fleet),
): Promise<Survey> {
  const names = fleet.nodes.map(({ name }) => name);
  const counter = countAnswers(names, stderr);
  const leftOut = fleet.inventory.nodes.filter((node) => !fleet.nodes.includes(node));
  const ask: Exec = async (host, script, options) => {
    const answer = await exec(host, script, options);
    counter.answered(host);
    return answer;
  };
  const found = await survey(fleet.nodes, ask, leftOut);
  counter.end();
  return found;
}
