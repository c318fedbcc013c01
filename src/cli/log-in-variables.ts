import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { Variables } from '../inventory/draft.ts';
import type { CliContext } from './command.ts';
import type { logInFlags } from './flags.ts';

type LogInContext = Pick<CliContext<typeof logInFlags>, 'flags' | 'askHidden' | 'hide'>;

/** The log-in flags as connection variables; the passwords that they ask for are asked once, and hidden from all output. */
export async function logInVariables({ flags, askHidden, hide }: LogInContext): Promise<Result<Variables>> {
  const variables: Variables = new Map();
  const set = (name: string, value: unknown): void => {
    if (value !== undefined && value !== false)
      variables.set(name, { value, at: { file: 'the command line', line: 1, column: 1 }, secret: true });
  };
  set('ansible_user', flags.user);
  set('ansible_become', flags.become);
  set('ansible_become_user', flags['become-user']);
  set('ansible_become_method', flags['become-method']);
  const password = flags['ask-pass'] ? await askHidden('Password to log in with: ') : undefined;
  if (flags['ask-pass'] && password === undefined) return fail(cannotAsk('--ask-pass', 'ansible_password'));
  const asked = flags['ask-become-pass']
    ? await askHidden(`Password of sudo or su${password === undefined ? '' : ' (empty: the same)'}: `)
    : undefined;
  if (flags['ask-become-pass'] && asked === undefined)
    return fail(cannotAsk('--ask-become-pass', 'ansible_become_password'));
  const becomePassword = asked === '' ? password : asked;
  set('ansible_password', password);
  set('ansible_become_password', becomePassword);
  hide([password, becomePassword].filter((secret) => secret !== undefined));
  return ok(variables);
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
