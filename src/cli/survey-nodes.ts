import type { Survey } from '../snapshot/survey.ts';
import { survey } from '../snapshot/survey.ts';
import type { Output } from './command.ts';
import type { Fleet } from './connect.ts';
import { countAnswers } from './count-answers.ts';
import { execByHost } from './exec-by-host.ts';

/** Asks every host of the fleet what it is; a terminal shows who is waited for. */
export async function surveyNodes(fleet: Pick<Fleet, 'nodes' | 'pool'>, stderr: Output): Promise<Survey> {
  const exec = execByHost(fleet);
  const names = fleet.nodes.map(({ name }) => name);
  const counter = countAnswers(names, stderr);
  const found = await survey(fleet.nodes, async (host, script, options) => {
    const answer = await exec(host, script, options);
    counter.answered(host);
    return answer;
  });
  counter.end();
  return found;
}
