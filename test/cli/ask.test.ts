import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ask = fileURLToPath(new URL('../../dist/cli/ask.js', import.meta.url));

test.skipIf(!existsSync(ask))(
  'answers from a pipe come all at once; after its end there are none, and nothing waits',
  async () => {
    const program = `
    const { askOnTerminal } = await import(${JSON.stringify(ask)});
    const { signal } = new AbortController();
    const answers = [];
    for (const question of ['1? ', '2? ', '3? ', '4? ']) answers.push(await askOnTerminal(question, signal) ?? null);
    console.log(JSON.stringify(answers));`;
    const running = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    running.child.stdin?.end('n\ny\n');
    expect((await running).stdout).toBe('["n","y",null,null]\n');
  },
);
