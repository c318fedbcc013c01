import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import type { Edited } from './host/edit-text.ts';
import { decideEdit, editReads, linesOf } from './host/edit-text.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { patternOr } from './host/pattern.ts';
import { writeParameters } from './host/write-file.ts';

const parameters = {
  path: absolutePath('The file.', ['dest', 'destfile', 'name']),
  state: preset(choice(['present', 'absent'], 'Whether the block is to be there.'), 'present'),
  block: preset(plainText('The lines; none: the block is removed.', ['content']), ''),
  marker: preset(plainText('The lines around the block.'), '# {mark} ANSIBLE MANAGED BLOCK'),
  marker_begin: preset(plainText('What {mark} is in the first.'), 'BEGIN'),
  marker_end: preset(plainText('What {mark} is in the last.'), 'END'),
  insertafter: optional(patternOr(['EOF'], 'Where a new block goes: after the last line that fits.')),
  insertbefore: optional(patternOr(['BOF'], 'Where a new block goes: before the last line that fits.')),
  create: preset(flag('Make the file where there is none.'), false),
  ...attributeParameters,
  ...writeParameters,
};

type BlockValues = Values<typeof parameters>;

/** Has a block of lines between two marks in a file or not, as Ansible's module. */
export const blockinfile = plainHostTask({
  name: 'blockinfile',
  help: 'A block of lines between two marks in a text file.',
  parameters,
  notYet: [...attributesNotYet, 'append_newline', 'prepend_newline', 'encoding'],
  changes: true,
  check: ({ insertafter, insertbefore }) =>
    insertafter !== undefined && insertbefore !== undefined
      ? [{ argument: 'insertbefore', what: 'it has both "insertafter" and "insertbefore"; one is wanted' }]
      : [],
  reads: editReads,
  decide: (values, facts) => decideEdit(values, facts, (before) => putBlock(before, values), 'refuse'),
});

function putBlock(before: string, values: BlockValues): Edited {
  const { state, block, marker, marker_begin: begin, marker_end: end } = values;
  const first = `${marker.replaceAll('{mark}', begin)}\n`;
  const last = `${marker.replaceAll('{mark}', end)}\n`;
  const isWanted = state === 'present' && block !== '';
  const fresh = isWanted ? [first, ...linesOf(block.endsWith('\n') ? block : `${block}\n`), last] : [];
  const lines = linesOf(before);
  const from = lines.lastIndexOf(first);
  const to = lines.lastIndexOf(last);
  const isThere = from >= 0 && to >= 0;
  const start = isThere ? Math.min(from, to) : insertPlace(lines, values);
  const above = lines.slice(0, start).map((line) => (line.endsWith('\n') ? line : `${line}\n`));
  const below = lines.slice(isThere ? Math.max(from, to) + 1 : start);
  const text = [...above, ...fresh, ...below].join('');
  if (text === before) return { text, message: '' };
  return { text, message: isWanted ? 'Block inserted' : 'Block removed' };
}

function insertPlace(
  lines: readonly string[],
  { insertafter: after, insertbefore: ahead }: BlockValues,
): number {
  if (ahead === 'BOF') return 0;
  const where = after ?? ahead;
  if (where === undefined || where === 'EOF') return lines.length;
  const found = lines.findLastIndex((line) => where.test(line.replace(/\n$/u, '')));
  if (found < 0) return lines.length;
  return ahead === undefined ? found + 1 : found;
}
