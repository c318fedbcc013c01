import type { Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import type { ActionContext } from '../action.ts';
import type { Answers } from './answers.ts';
import { parseAnswers } from './answers.ts';
import type { Facts, HostRead } from './facts.ts';
import { factsOf } from './parse-facts.ts';
import { readScript } from './read-script.ts';
import { taskFailed } from './task-failed.ts';

/** Reads all this in one exec, whatever is known already: for what waits until something is so. */
export async function readFacts(
  name: string,
  reads: readonly HostRead[],
  context: Pick<ActionContext, 'host' | 'read'>,
): Promise<Result<Facts>> {
  const answers = await readAnswers(name, reads, context);
  return answers.ok ? ok(factsOf(reads, answers.value)) : answers;
}

/** The same, as the host says it. `name`: the task that it is for. */
export async function readAnswers(
  name: string,
  reads: readonly HostRead[],
  context: Pick<ActionContext, 'host' | 'read'>,
): Promise<Result<Answers>> {
  const answer = await context.read(readScript(reads));
  if (!answer.ok) return answer;
  const answers = parseAnswers(reads, answer.value.stdout.toString());
  if (answers !== undefined) return ok(answers);
  const said = answer.value.stderr.toString().trim();
  const what = `the host's shell did not finish${said === '' ? '' : `; it said: ${said}`}`;
  return fail(taskFailed(context, `Cannot read what "${name}" needs to know: ${what}`));
}
