import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { expandingArgv } from '../../src/actions/host/expand-words.ts';

const env = { HOME: '/home/me', A: `it's "a" $B`, PATH: '/usr/bin:/bin' };

test.each<[string, string]>([
  ['$HOME/x', '/home/me/x'],
  ['a ${A}b $A', `a it's "a" $Bb it's "a" $B`],
  ['~/x', '/home/me/x'],
  ['a~', 'a~'],
  ['$NONE ${NONE} $1 $', '$NONE ${NONE} $1 $'],
  ['~nobody-here/$A', `~nobody-here/it's "a" $B`],
  [`$(id) \`id\` '$A' \\$A`, `$(id) \`id\` 'it's "a" $B' \\it's "a" $B`],
])('%s is what Python makes of it', (word, expected) => {
  const argv = expandingArgv(['printf', '%s', word]) ?? ['printf', '%s', word];
  for (const shell of ['dash', 'bash'])
    expect(spawnSync(shell, ['-c', '"$@"', 'sh', ...argv], { env }).stdout.toString()).toBe(expected);
});
