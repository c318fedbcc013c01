import { pythonReplacement } from '../template/python-regex.ts';
import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import type { Edited } from './host/edit-text.ts';
import { decideEdit, editReads, linesOf } from './host/edit-text.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { pattern, patternOr } from './host/pattern.ts';
import { writeParameters } from './host/write-file.ts';

const parameters = {
  path: absolutePath('The file.', ['dest', 'destfile', 'name']),
  state: preset(choice(['present', 'absent'], 'Whether the line is to be there.'), 'present'),
  line: optional(plainText('The line.', ['value'])),
  regexp: optional(
    pattern('The line that is replaced, the last that fits; with state: absent all that fit.', ['regex']),
  ),
  search_string: optional(plainText('The same by a part of the line, as it stands.')),
  backrefs: preset(
    flag('\\1 in the line is what the first group of regexp found; without a fitting line nothing is added.'),
    false,
  ),
  insertafter: optional(patternOr(['EOF', 'BOF'], 'Where a new line goes: after the last that fits.')),
  insertbefore: optional(patternOr(['BOF'], 'Where a new line goes: before the last that fits.')),
  firstmatch: preset(flag('The first line that fits, not the last.'), false),
  create: preset(flag('Make the file where there is none.'), false),
  ...attributeParameters,
  ...writeParameters,
};

type LineValues = Values<typeof parameters>;

/** Has a line in a file or not, as Ansible's module. */
export const lineinfile = plainHostTask({
  name: 'lineinfile',
  help: 'A line in a text file: there once, replaced, or not there.',
  parameters,
  notYet: [...attributesNotYet, 'encoding'],
  changes: true,
  check: ({ state, line, regexp, search_string: part, backrefs, insertafter, insertbefore }) => [
    ...(state === 'present' && line === undefined ? [{ what: '"line" is missing' }] : []),
    ...(state === 'absent' && line === undefined && regexp === undefined && part === undefined
      ? [{ what: 'one of "line", "regexp" and "search_string" is wanted' }]
      : []),
    ...(backrefs && regexp === undefined
      ? [{ argument: 'backrefs', what: '"backrefs" needs "regexp"' }]
      : []),
    ...(regexp !== undefined && part !== undefined
      ? [{ argument: 'search_string', what: 'it has both "regexp" and "search_string"; one is wanted' }]
      : []),
    ...(insertafter !== undefined && insertbefore !== undefined
      ? [{ argument: 'insertbefore', what: 'it has both "insertafter" and "insertbefore"; one is wanted' }]
      : []),
  ],
  reads: editReads,
  decide: (values, facts) =>
    values.state === 'absent'
      ? decideEdit(values, facts, (before) => removeLines(before, values), 'leave')
      : decideEdit(values, facts, (before) => putLine(before, values), 'refuse'),
});

const bare = (line: string): string => line.replace(/[\r\n]+$/u, '');

function fits({ regexp, search_string: part }: LineValues, line: string): boolean {
  if (regexp !== undefined) return regexp.test(bare(line));
  return part !== undefined && line.includes(part);
}

function removeLines(before: string, values: LineValues): Edited {
  const byLine = values.regexp === undefined && values.search_string === undefined;
  const lines = linesOf(before);
  const kept = lines.filter((line) => (byLine ? bare(line) !== values.line : !fits(values, line)));
  const found = lines.length - kept.length;
  return {
    text: kept.join(''),
    message: found === 0 ? '' : `${found} line(s) removed`,
    result: { found },
  };
}

function putLine(before: string, values: LineValues): Edited {
  const { line = '', backrefs, firstmatch } = values;
  const lines = linesOf(before);
  const matching = find(lines, (each) => fits(values, each), firstmatch);
  if (matching >= 0) return replaceAt(lines, matching, expanded(lines[matching] ?? '', values));
  const same = lines.findLastIndex((each) => bare(each) === line);
  // Ansible stops looking at the first place that fits, so with firstmatch a same line behind it does not count.
  const place = insertPlace(lines, values);
  if (same >= 0 && !(firstmatch && place !== undefined && place <= same)) return replaceAt(lines, same, line);
  if (backrefs) return { text: before, message: '' };
  return insertLine(lines, place ?? lines.length, line);
}

function find(lines: readonly string[], is: (line: string) => boolean, first: boolean): number {
  return first ? lines.findIndex(is) : lines.findLastIndex(is);
}

function expanded(found: string, { line = '', backrefs, regexp }: LineValues): string {
  if (!backrefs || regexp === undefined) return line;
  const match = regexp.exec(bare(found));
  return match === null ? line : match[0].replace(regexp, pythonReplacement(line));
}

function replaceAt(lines: readonly string[], index: number, line: string): Edited {
  const fresh = line.endsWith('\n') ? line : `${line}\n`;
  const text = lines.with(index, fresh).join('');
  return { text, message: text === lines.join('') ? '' : 'line replaced' };
}

/** Where a new line goes; undefined: at the end. */
function insertPlace(
  lines: readonly string[],
  { insertafter: after, insertbefore: ahead, firstmatch }: LineValues,
): number | undefined {
  if (after === 'BOF' || ahead === 'BOF') return 0;
  const where = after ?? ahead;
  if (where === undefined || where === 'EOF') return undefined;
  const found = find(lines, (line) => where.test(bare(line)), firstmatch);
  if (found < 0) return undefined;
  return ahead === undefined ? found + 1 : found;
}

function insertLine(lines: readonly string[], index: number, line: string): Edited {
  const above = lines.slice(0, index);
  const last = above.at(-1);
  const ended = last === undefined || last.endsWith('\n') ? above : [...above.slice(0, -1), `${last}\n`];
  if (index > 0 && index < lines.length && bare(lines[index] ?? '') === line)
    return { text: lines.join(''), message: '' };
  return { text: [...ended, `${line}\n`, ...lines.slice(index)].join(''), message: 'line added' };
}
