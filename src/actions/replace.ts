import { pythonReplacement } from '../template/python-regex.ts';
import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import type { Edited } from './host/edit-text.ts';
import { decideEdit, editReads } from './host/edit-text.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { pattern } from './host/pattern.ts';
import { writeParameters } from './host/write-file.ts';

const parameters = {
  path: absolutePath('The file.', ['dest', 'destfile', 'name']),
  regexp: pattern('What is replaced, everywhere; ^ and $ fit at each line.', [], 'gm'),
  replace: preset(plainText('What comes in its place; \\1 is what the first group found.'), ''),
  after: optional(pattern('Only what comes after this.', [], 's')),
  before: optional(pattern('Only what comes before this.', [], 's')),
  ...attributeParameters,
  ...writeParameters,
};

/** Replaces what fits a pattern in a file, as Ansible's module. */
export const replace = plainHostTask({
  name: 'replace',
  help: 'Replaces all that fits a pattern in a text file.',
  parameters,
  notYet: [...attributesNotYet, 'encoding'],
  changes: true,
  reads: editReads,
  decide: (values, facts) =>
    decideEdit({ ...values, create: false }, facts, (before) => replaceIn(before, values), 'refuse'),
});

function replaceIn(text: string, values: Values<typeof parameters>): Edited {
  const { regexp, replace: by, after, before } = values;
  const [start, end] = section(text, after, before);
  if (start < 0) return { text, message: 'Pattern for before/after params did not match the given file' };
  const part = text.slice(start, end);
  const count = [...part.matchAll(regexp)].length;
  const fresh = part.replaceAll(regexp, pythonReplacement(by));
  if (fresh === part) return { text, message: '' };
  return { text: text.slice(0, start) + fresh + text.slice(end), message: `${count} replacements made` };
}

/** From where to where: behind the first that fits `after`, up to the next that fits `before`; -1: there is none. */
function section(
  text: string,
  after: RegExp | undefined,
  before: RegExp | undefined,
): readonly [number, number] {
  if (after === undefined && before === undefined) return [0, text.length];
  const begin = after?.source ?? '';
  // Without `after` Ansible's pattern is greedy: up to the last that fits `before`.
  const inner = after === undefined || before === undefined ? '[\\s\\S]*' : '[\\s\\S]*?';
  const whole = new RegExp(`${begin}(?<subsection>${inner})${before?.source ?? ''}`, 'ds');
  const found = whole.exec(text)?.indices?.groups?.['subsection'];
  return found ?? [-1, -1];
}
