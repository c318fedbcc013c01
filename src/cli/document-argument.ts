import type { Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';
import type { CliContext } from './command.ts';
import { usageError } from './parse-flags.ts';

/** The one document that "plan", "apply", "drift" and "diff" are given. */
export function documentArgument(
  { positionals, afterDashes }: Pick<CliContext, 'positionals' | 'afterDashes'>,
  command: 'plan' | 'apply' | 'drift' | 'diff',
): Result<string> {
  const [document, ...others] = positionals;
  if (document === undefined) return wrong(command, 'no document is given; one JSON or YAML file is wanted');
  if (others.length > 0)
    return wrong(
      command,
      `${positionals.length} documents are given (${positionals.join(', ')}); one is wanted`,
    );
  if (afterDashes !== undefined)
    return wrong(command, 'there is a "--"; nothing is wanted after the document');
  return ok(document);
}

function wrong(command: string, problem: string): Result<never> {
  return fail(usageError('cli/arguments', `Cannot run ${command}: ${problem}`, command));
}
