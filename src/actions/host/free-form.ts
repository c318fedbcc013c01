import type { Positions, Result } from '../../diagnostic.ts';
import { fail, ok, positionAt } from '../../diagnostic.ts';
import type { Parameters } from './parameters.ts';
import { wordsOf } from './read-arguments.ts';

/**
 * Arguments of a task that may be given as a command line: "make all chdir=/src" is {cmd: make all, chdir: /src}, as
 * Ansible reads it; of a mapping `_raw_params` is its cmd.
 */
export function freeForm(
  name: string,
  parameters: Parameters,
  args: unknown,
  positions: Positions,
): Result<Readonly<Record<string, unknown>>> {
  if (typeof args === 'string') return ok(fromLine(args, parameters));
  if (typeof args === 'object' && args !== null && !Array.isArray(args)) {
    const { _raw_params: raw, ...others }: Record<string, unknown> = { ...args };
    return ok(typeof raw === 'string' ? { ...fromLine(raw, parameters), ...others } : others);
  }
  const at = positionAt(positions, []);
  return fail({
    code: 'task/invalid',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read "${name}": it is neither text nor a mapping; a command is wanted, as in ${name}: uptime -p`,
    ...(at && { at }),
  });
}

/** Options may stand anywhere in the line, quoted or not; all else is left as it is. */
function fromLine(line: string, parameters: Parameters): Readonly<Record<string, unknown>> {
  const words = wordsOf(parameters).filter((word) => !['cmd', 'argv', 'stdin'].includes(word));
  const option = new RegExp(
    String.raw`(?<=^|\s)(?<word>${words.join('|')})=(?<value>'[^']*'|"[^"]*"|\S*)\s*`,
    'gu',
  );
  const given: Record<string, unknown> = {};
  const rest = line.replaceAll(option, (...match) => {
    const groups = match.at(-1) as { word: string; value: string };
    given[groups.word] = groups.value.replaceAll(/^(['"])(.*)\1$/gsu, '$2');
    return '';
  });
  return { cmd: rest.trim(), ...given };
}
