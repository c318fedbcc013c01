import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BLOCK_KEYWORDS, PLAY_KEYWORDS, TASK_KEYWORDS } from '../../src/playbook/keywords.ts';

const page = readFileSync(new URL('../../docs/playbooks.md', import.meta.url), 'utf8');

/** The words of the rows of the table that are about this; words in brackets belong to another one. */
function wordsOf(what: string): readonly string[] {
  const rows = [...page.matchAll(/^\| (?<where>an? [\w, ]+) \| (?<words>.*) \|$/gmu)];
  const about = rows.filter(({ groups }) => (groups?.['where'] ?? '').split(/, |^an? /u).includes(what));
  const words = about.flatMap(({ groups }) => (groups?.['words'] ?? '').replaceAll(/\([^)]*\)/gu, ''));
  return [...words.join(' ').matchAll(/`(?<word>\w+)`/gu)].map(([, word]) => word ?? '');
}

test.each([
  ['play', PLAY_KEYWORDS],
  ['block', BLOCK_KEYWORDS],
  ['task', TASK_KEYWORDS],
])('docs/playbooks.md has the whole list of keywords of a %s, and no other', (what, keywords) => {
  expect([...new Set(wordsOf(what))].toSorted()).toEqual([...new Set(keywords)].toSorted());
});
