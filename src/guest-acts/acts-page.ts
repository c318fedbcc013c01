import type { ArgumentRow } from '../modules/argument-row.ts';
import { exampleLines } from '../modules/kinds-page.ts';
import { actTable } from './act-table.ts';
import { restoreWords } from './copy-words.ts';
import { vmidArgument } from './parse-act.ts';

/** The part of the docs page of kinds that tells what can be done to guests, made from the acts' tables. */
export function actsPage(): string {
  const acts = Object.entries({ ...actTable, restore: restoreWords });
  return [
    '# Acts',
    '',
    'What a task may do to a guest, as in `- migrate: {vmid: 100, target: pve2, online: yes}`. What is so already is left alone. The same by',
    'selector, without a playbook: `docs/guests.md`.',
    '',
    ...acts.flatMap(([name, { summary, example, args }]) => [
      `## ${name}`,
      '',
      `${summary}.`,
      '',
      ...exampleLines(example),
      '',
      '| argument | value | |',
      '| --- | --- | --- |',
      ...[vmidArgument, ...args].map(argumentRow),
      '',
    ]),
  ].join('\n');
}

function argumentRow(row: ArgumentRow): string {
  const wanted = row.required === true ? ' (wanted)' : '';
  return `| \`${row.name}\`${wanted} | ${valueText(row)} | ${row.help.replaceAll('|', '\\|')} |`;
}

function valueText({ type, choices, minimum, maximum, form }: ArgumentRow): string {
  if (choices !== undefined) return choices.map((each) => `\`${each}\``).join(' ');
  if (type === 'switch') return 'yes or no';
  if (type === 'text') return form?.words ?? 'text';
  return `number from ${minimum ?? 0}${maximum === undefined ? '' : ` to ${maximum}`}`;
}
