import { lstat, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ping } from '../../src/actions/ping.ts';
import { tempfile } from '../../src/actions/tempfile.ts';
import { messagesOf, runHere, temporary } from './on-this-host.ts';

test.each([
  [{}, 'file', /\/ansible\.\w{8}$/u, '600'],
  [{ state: 'directory', prefix: 'a ', suffix: '.d' }, 'directory', /\/a \w{8}\.d$/u, '700'],
])('tempfile makes what is not there yet: %j', async (args, state, name, mode) => {
  const path = await temporary();
  const { outcome, result, commands } = await runHere(tempfile, { path, ...args });
  expect([outcome, commands]).toEqual(['changed', [`make a temporary ${state} in ${path}`]]);
  const made = String(result?.['path']);
  expect(made).toMatch(name);
  const status = await lstat(made);
  expect([status.isDirectory(), (status.mode & 0o777).toString(8)]).toEqual([state === 'directory', mode]);
});

test('tempfile is skipped in check mode, and fails where its directory is not there', async () => {
  const path = await temporary();
  expect(await runHere(tempfile, { path }, { check: true })).toMatchObject({
    outcome: 'skipped',
    message: `check mode: would make a temporary file in ${path}`,
  });
  expect(await readdir(path)).toEqual([]);
  expect(messagesOf(await runHere(tempfile, { path: `${path}/none` }))[0]).toContain(
    `Cannot make a temporary file in ${path}/none for "tempfile": exit code 1; it said: mktemp: `,
  );
  expect(messagesOf(await runHere(tempfile, { prefix: '../x' }))).toEqual([
    'Cannot read "tempfile": "prefix" is wrong: it is "../x"; a part of a name, without "/", is wanted',
  ]);
});

test('ping says pong, or what it is to say', async () => {
  expect(await runHere(ping, {})).toMatchObject({ outcome: 'ok', result: { ping: 'pong' } });
  expect(await runHere(ping, { data: 'here' })).toMatchObject({ result: { ping: 'here' } });
  expect(messagesOf(await runHere(ping, { data: 'crash' }))).toEqual([
    'Cannot answer: "data" is "crash", which fails',
  ]);
});
