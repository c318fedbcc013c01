import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Playbook } from '../playbook/playbook.ts';
import type { Variables } from '../template/render.ts';
import type { CliContext } from './command.ts';

/** Asks for the variables of "vars_prompt" that -e does not give; each once. Without a terminal their defaults are taken. What is asked for hidden is hidden also where -e gives it. */
export async function askPrompts(
  { plays }: Playbook,
  given: Variables,
  { canAsk, ask, askHidden, hide }: Pick<CliContext, 'canAsk' | 'ask' | 'askHidden' | 'hide'>,
): Promise<Result<Variables>> {
  const answers: Record<string, string> = {};
  for (const { name, question, isHidden, otherwise, at } of plays.flatMap(({ prompts }) => prompts)) {
    if (isHidden && typeof given[name] === 'string') hide([given[name]]);
    if (Object.hasOwn(given, name) || Object.hasOwn(answers, name)) continue;
    const shown = `${question}${otherwise === undefined || isHidden ? '' : ` [${otherwise}]`}: `;
    const typed = canAsk() ? await (isHidden ? askHidden(shown) : ask(shown)) : undefined;
    const answer = typed === undefined || typed === '' ? otherwise : typed;
    if (answer === undefined) {
      const diagnostic: Diagnostic = {
        code: 'playbook/prompt',
        severity: 'error',
        trouble: 'invalid',
        message: `Cannot ask for "${name}": there is no terminal; a value is wanted`,
        at,
        hint: `Give it with -e ${name}=VALUE`,
      };
      return fail(
        canAsk()
          ? { ...diagnostic, message: `Cannot go on without "${name}": nothing was typed` }
          : diagnostic,
      );
    }
    if (isHidden) hide([answer]);
    answers[name] = answer;
  }
  return ok(answers);
}
