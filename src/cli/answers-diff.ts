import { unifiedDiff } from '../fanout/unified-diff.ts';
import type { Finished, Look } from './answers.ts';
import { foldFinished, headerOf, textsOf } from './answers.ts';
import type { Answer } from './exec-everywhere.ts';

/** What the others said unlike most hosts: a unified diff against these, each under its node set. */
export function diffAnswers(answers: readonly Answer[], look: Look): string {
  const [majority, ...others] = foldFinished(answers);
  if (majority === undefined) return '';
  const header = headerOf(majority, look);
  if (others.length === 0) return `${header}: all the same\n`;
  const before = textOf(majority[0], look);
  return others
    .map((group) => {
      const lines = unifiedDiff(before, textOf(group[0], look)).map((line) => coloured(line, look));
      return `${[`--- ${header}`, `+++ ${headerOf(group, look)}`, ...lines].join('\n')}\n`;
    })
    .join('');
}

function textOf(answer: Finished, { clean }: Look): string {
  const { stdout, stderr } = textsOf(answer, clean);
  return stderr === ''
    ? stdout
    : `${stdout}${stdout === '' || stdout.endsWith('\n') ? '' : '\n'}--- stderr\n${stderr}`;
}

function coloured(line: string, { paint }: Look): string {
  if (line.startsWith('+')) return paint('green', line);
  if (line.startsWith('-')) return paint('red', line);
  return line.startsWith('@@') ? paint('cyan', line) : line;
}
