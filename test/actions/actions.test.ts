import { expect, test } from 'vitest';
import type { ActionContext } from '../../src/actions/action.ts';
import { command } from '../../src/actions/command.ts';
import { debug } from '../../src/actions/debug.ts';
import type { Result } from '../../src/diagnostic.ts';
import { ok } from '../../src/diagnostic.ts';
import type { Act } from '../../src/plan/plan.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { noCluster } from './no-cluster.ts';

function context(finished: Partial<Finished> = {}, check = false): ActionContext & { readonly acts: Act[] } {
  const acts: Act[] = [];
  const perform = (act: Act): Promise<Result<Finished>> => {
    acts.push(act);
    return Promise.resolve(ok({ exit: 0, stdout: Buffer.from(''), stderr: Buffer.from(''), ...finished }));
  };
  return {
    host: 'pve1',
    variables: { a: 1, list: ['x'], text: 'grüße' },
    check,
    diff: false,
    directories: [],
    ...noCluster,
    signal: new AbortController().signal,
    look: () => Promise.reject(new Error('nothing is read')),
    waitsFor: () => undefined,
    mayChange: () => Promise.resolve(ok(undefined)),
    read: () => Promise.reject(new Error('nothing is read')),
    perform,
    acts,
  };
}

test.each<[unknown, readonly string[]]>([
  ['echo "a b" $HOME', ['sh', '-c', 'exec echo \'a b\' "${HOME-${1}}"', 'sh', '$HOME']],
  [{ cmd: 'uptime -p' }, ['uptime', '-p']],
  [{ argv: ['echo', 'a b', 3] }, ['echo', 'a b', '3']],
])('command %j runs %j', async (args, argv) => {
  const parsed = command.parse(args, {});
  const world = context({ stdout: Buffer.from('out\n') });
  expect(parsed.ok && (await parsed.value(world))).toMatchObject({
    outcome: 'changed',
    stdout: 'out\n',
    diagnostics: [],
  });
  expect(world.acts).toEqual([{ run: 'exec', argv }]);
});

test('a command in check mode is not run', async () => {
  const parsed = command.parse('rm "a b"', {});
  const world = context({}, true);
  expect(parsed.ok && (await parsed.value(world))).toMatchObject({
    outcome: 'skipped',
    message: "check mode: would run rm 'a b'",
    diagnostics: [],
  });
  expect(world.acts).toEqual([]);
});

test.each<[Partial<Finished>, string]>([
  [
    { exit: 2, stderr: Buffer.from('no such file\n') },
    'Cannot run ls /x: exit code 2; it said: no such file',
  ],
  [{ exit: null, signal: 'KILL' }, 'Cannot run ls /x: it was killed by KILL'],
])('a command that ends with %j fails', async (finished, message) => {
  const parsed = command.parse('ls /x', {});
  expect(parsed.ok && (await parsed.value(context(finished)))).toMatchObject({
    outcome: 'failed',
    diagnostics: [{ message, host: 'pve1', trouble: 'failed' }],
  });
});

test.each<[unknown, string]>([
  ['', 'it is empty; a command line is wanted'],
  ['echo "a', 'a quote is not closed in: echo "a'],
  [null, 'it is neither text nor a mapping; a command is wanted, as in command: uptime -p'],
  [{}, 'either "cmd" or "argv" is wanted'],
  [{ cmd: 'a', argv: ['b'] }, 'either "cmd" or "argv" is wanted'],
  [{ cmd: ['a'] }, '"cmd" is wrong: it is a list; text is wanted'],
  [{ argv: [] }, '"argv" is not a list; the command and its arguments are wanted'],
  [{ argv: ['a', null] }, 'argument 1 is neither text nor a number'],
])('command %j is an error', (args, what) => {
  const parsed = command.parse(args, {});
  expect(parsed.ok ? [] : parsed.diagnostics.map(({ message }) => message)).toEqual([
    `Cannot read "command": ${what}`,
  ]);
});

test.each<[unknown, string]>([
  [{ msg: 'hi' }, 'hi'],
  [{ msg: ['a', 1] }, '[\n  "a",\n  1\n]'],
  [{ var: 'a' }, 'a: 1'],
  [{ var: 'text | upper' }, 'text | upper: GRÜSSE'],
  [null, 'Hello world!'],
])('debug %j shows %j', async (args, message) => {
  const parsed = debug.parse(args, {});
  expect(parsed.ok && (await parsed.value(context()))).toEqual({ outcome: 'ok', message, diagnostics: [] });
});

test('debug says of an undefined variable that it is none, as Ansible does', async () => {
  const parsed = debug.parse({ var: 'lst' }, {});
  expect(parsed.ok && (await parsed.value(context()))).toMatchObject({
    outcome: 'ok',
    message: 'lst: VARIABLE IS NOT DEFINED!',
  });
});
