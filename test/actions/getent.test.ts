import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { getent } from '../../src/actions/getent.ts';
import { runOn } from './fake-host.ts';
import { messagesOf, runHere } from './on-this-host.ts';

test('entries by their keys, fields parted as the database has them', async () => {
  const [, ...root] = execFileSync('getent', ['passwd', 'root'], { encoding: 'utf8' }).trim().split(':');
  const { gathered, result } = await runHere(getent, { database: 'passwd', key: 'root' });
  expect(gathered).toEqual({ getent_passwd: { root } });
  expect(result).toEqual({ ansible_facts: gathered });
  const all = await runHere(getent, { database: 'group' });
  expect(all.gathered?.['getent_group']).toMatchObject({ root: ['x', '0', expect.any(String)] });
  const tells = { 'getent hosts': [0, '127.0.0.1  localhost me\n10.0.0.1 a\n127.0.0.1 again'] } as const;
  expect((await runOn({ tells }, getent, { database: 'hosts' })).gathered).toEqual({
    getent_hosts: { '127.0.0.1': [['localhost', 'me'], ['again']], '10.0.0.1': ['a'] },
  });
});

test('an entry that is not there is a failure, or null', async () => {
  const nobody = { database: 'passwd', key: 'who-is-this' };
  expect(messagesOf(await runHere(getent, nobody))).toEqual([
    'Cannot look up who-is-this in passwd: there is no such entry',
  ]);
  expect((await runHere(getent, { ...nobody, fail_key: false })).gathered).toEqual({
    getent_passwd: { 'who-is-this': null },
  });
  expect(messagesOf(await runHere(getent, { database: 'nothing' }))).toEqual([
    'Cannot look up nothing: arguments are missing, or there is no such database',
  ]);
});
