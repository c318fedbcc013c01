import type { Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import type { ActionContext } from '../action.ts';
import type { Facts, HostRead } from './facts.ts';
import { parseFacts } from './parse-facts.ts';
import { readScript } from './read-script.ts';
import { taskFailed } from './task-failed.ts';

/** Reads what a task needs to know, in one exec. */
export async function readFacts(
  name: string,
  reads: readonly HostRead[],
  context: ActionContext,
): Promise<Result<Facts>> {
  const answer = await context.read(readScript(reads));
  if (!answer.ok) return answer;
  const facts = parseFacts(reads, answer.value.stdout.toString());
  if (facts !== undefined) return ok(facts);
  const said = answer.value.stderr.toString().trim();
  const what = `the host's shell did not finish${said === '' ? '' : `; it said: ${said}`}`;
  return fail(taskFailed(context, `Cannot read what "${name}" needs to know: ${what}`));
}
