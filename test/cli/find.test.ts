import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveSurvey } from '../../src/snapshot/saved-survey.ts';
import { fleet } from '../listing/fleet.ts';
import { runCli } from './run-cli.ts';

let from: string;
beforeAll(async () => {
  from = await mkdtemp(join(tmpdir(), 'pvefleet-find-'));
  await saveSurvey(fleet, from);
});
afterAll(() => rm(from, { recursive: true, force: true }));

const find = (...argv: readonly string[]) => runCli(['find', ...argv, '--from', from]);

test('where it stands, as a table', async () => {
  expect(await find('bc-24-11-00-00-02')).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      'CLUSTER  NODE  KIND       NAME    OPTION  PLACE                               TEXT',
      'prod     pve2  container  200 c1  net0    /etc/pve/nodes/pve2/lxc/200.conf:4  net0: name=eth0,bridge=v1,hwaddr=BC:24:11:00:00:02,ip=10.0.0.5/24,type=veth',
      '',
    ].join('\n'),
  });
});

test('json has every part by name', async () => {
  const { stdout } = await find('nas', '--json');
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({
      kind: 'storage',
      name: 'nfs:nas',
      option: null,
      file: '/etc/pve/storage.cfg',
      line: 12,
    }),
    expect.objectContaining({ kind: 'storage', name: 'nfs:nas', option: 'path', text: 'path /mnt/pve/nas' }),
  ]);
});

test('nothing found is 2, and an empty list', async () => {
  expect(await find('nowhere')).toEqual({ code: 2, stdout: '', stderr: '' });
  expect(await find('nowhere', '--json')).toMatchObject({ code: 2, stdout: '[]\n' });
});

test.each([[[]], [['a', 'b']], [[' ']]])('find %j is refused', async (argv) => {
  expect(await find(...argv)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('one text is wanted') as unknown,
  });
});
