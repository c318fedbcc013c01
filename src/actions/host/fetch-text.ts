import type { Result } from '../../diagnostic.ts';
import { fail, ok } from '../../diagnostic.ts';
import type { ActionContext } from '../action.ts';
import { curlOptions } from './curl-options.ts';
import { endOf } from './host-task.ts';
import { taskFailed } from './task-failed.ts';

/** Seconds until the server has to answer. */
const ANSWER_SECONDS = 10;

export const isUrl = (text: string): boolean => /^[a-z]+:\/\//u.test(text);

/** What the node gets from a URL; it writes nothing. `what`: "the key". */
export async function fetchText(
  url: string,
  what: string,
  context: ActionContext,
  certificates: 'checked' | 'any' = 'checked',
): Promise<Result<Buffer>> {
  const stdin = curlOptions(url, { validate_certs: certificates === 'checked', timeout: ANSWER_SECONDS });
  const answer = await context.read('curl -q -K -', { stdin });
  if (!answer.ok) return answer;
  if (answer.value.exit === 0) return ok(answer.value.stdout);
  return fail(taskFailed(context, `Cannot fetch ${what} ${url}: ${endOf(answer.value)}`));
}
