import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import { connectionProblem } from '../inventory/connection-problem.ts';
import type { Variables } from '../inventory/draft.ts';
import type { CliContext } from './command.ts';
import type { logInFlags } from './flags.ts';

type LogInContext = Pick<CliContext<typeof logInFlags>, 'flags' | 'askHidden' | 'hide'>;

/** The log-in flags as connection variables; the passwords that they ask for are asked once, and hidden from all output. */
export async function logInVariables({ flags, askHidden, hide }: LogInContext): Promise<Result<Variables>> {
  const variables: Variables = new Map();
  const problems: Diagnostic[] = [];
  const set = (name: string, flag: string, value: unknown): void => {
    if (value === undefined || value === false) return;
    const variable = { value, at: { file: flag, line: 1, column: 1 } };
    const problem = connectionProblem(name, variable);
    if (problem !== undefined) problems.push(ofFlag(problem, name, flag));
    variables.set(name, variable);
  };
  set('ansible_user', '--user', flags.user);
  set('ansible_become', '--become', flags.become);
  set('ansible_become_user', '--become-user', flags['become-user']);
  set('ansible_become_method', '--become-method', flags['become-method']);
  if (problems.length > 0) return fail(...problems);
  const password = flags['ask-pass'] ? await askHidden('Password to log in with: ') : undefined;
  if (flags['ask-pass'] && password === undefined) return fail(cannotAsk('--ask-pass', 'ansible_password'));
  const asked = flags['ask-become-pass']
    ? await askHidden(`Password of sudo or su${password === undefined ? '' : ' (empty: the same)'}: `)
    : undefined;
  if (flags['ask-become-pass'] && asked === undefined)
    return fail(cannotAsk('--ask-become-pass', 'ansible_become_password'));
  const becomePassword = asked === '' ? password : asked;
  hide([password, becomePassword].filter((secret) => secret !== undefined));
  set('ansible_password', '--ask-pass', password);
  set('ansible_become_password', '--ask-become-pass', becomePassword === '' ? undefined : becomePassword);
  return problems.length > 0 ? fail(...problems) : ok(variables);
}

/** A problem with a value of the command line, in its words. */
function ofFlag({ code, severity, trouble, message }: Diagnostic, name: string, flag: string): Diagnostic {
  return { code, severity, trouble, message: message.replace(name, flag) };
}

function cannotAsk(flag: string, variable: string): Diagnostic {
  return {
    code: 'cli/no-terminal',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot ask for a password (${flag}): stdin is no terminal, or there was no answer; one is wanted`,
    hint: `or put it into the inventory as ${variable}, encrypted with ansible-vault`,
  };
}
