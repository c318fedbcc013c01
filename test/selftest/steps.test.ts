import { expect, test } from 'vitest';
import { containerSteps } from '../../src/selftest/container-steps.ts';
import { judgeStep } from '../../src/selftest/judge-step.ts';
import { foresee, planDeclared } from '../../src/selftest/plan-step.ts';
import type { Place } from '../../src/selftest/test-step.ts';
import type { Tried } from '../../src/selftest/try-step.ts';
import { vmSteps } from '../../src/selftest/vm-steps.ts';
import { labSurvey } from '../lab-snapshot.ts';

const options: Readonly<Record<string, string>> = {
  lvmthin: 'thinpool data\n\tvgname pve',
  lvm: 'vgname pve',
  zfspool: 'pool rpool/data',
  dir: 'path /mnt/s',
  nfs: 'export /s\n\tserver 192.0.2.9\n\tpath /mnt/pve/s',
  rbd: 'pool rbd',
  btrfs: 'path /mnt/s',
};

function site(type: string, bridge?: string) {
  const storage = `${type}: store\n\t${options[type] ?? ''}\n\tcontent images,rootdir\n`;
  const survey = labSurvey({
    files: { '/etc/pve/storage.cfg': `${storage}\ndir: local\n\tpath /var/lib/vz\n\tcontent vztmpl\n` },
  });
  const place: Place = {
    host: 'pve1',
    cluster: 'lab',
    node: 'pve1',
    storage: { id: 'store', type, forContainers: true },
    ...(bridge !== undefined && { bridge }),
    vmids: { vm: 9990, clone: 9991, linked: 9992, container: 9993, containerClone: 9994 },
  };
  const steps = [...vmSteps(place, 'a-password'), ...containerSteps(place, 'local:vztmpl/x.tar.zst')];
  return { survey, place, steps };
}

const storageTypes = ['lvmthin', 'lvm', 'zfspool', 'dir', 'nfs', 'rbd', 'btrfs'];

test.each(storageTypes)(
  'on %s all steps can be planned, on its own VMIDs alone, without a secret in any command',
  (type) => {
    for (const bridge of type === 'dir' ? [undefined] : ['vmbr0']) {
      const { survey, place, steps } = site(type, bridge);
      const foreseen = foresee(steps, survey, place);
      if (!foreseen.ok) throw new Error(JSON.stringify(foreseen.diagnostics));
      const commands = foreseen.value.flatMap((each) => each.commands);
      expect(commands.every((command) => /^(?:qm|pct) [a-z]+(?: [a-z]+)? 999[0-4]\b/u.test(command))).toBe(
        true,
      );
      expect(commands.join('\n')).not.toContain('a-password');
      // Every step does something, and the last ones take all away.
      expect(foreseen.value.filter((each) => each.commands.length === 0)).toEqual([]);
      const made = commands.flatMap(
        (command) => /^(?:qm|pct) (?:create|clone \d+) (?<vmid>\d+)/u.exec(command)?.groups?.['vmid'] ?? [],
      );
      const gone = commands.flatMap(
        (command) => /^(?:qm|pct) destroy (?<vmid>\d+)/u.exec(command)?.groups?.['vmid'] ?? [],
      );
      expect(made.toSorted()).toEqual(gone.toSorted());
    }
  },
);

test('a plan about any other guest is refused', () => {
  const { survey, place } = site('lvmthin');
  const planned = planDeclared([{ kind: 'vm', args: { vmid: 100, node: 'pve1' } }], survey, place);
  expect(planned).toMatchObject({
    diagnostics: [
      { code: 'selftest/stray', trouble: 'refused', message: expect.stringContaining('vm/100 of lab') },
    ],
  });
  const elsewhere = planDeclared([{ kind: 'vm', args: { vmid: 9990, node: 'pve2' } }], survey, place);
  expect(elsewhere).toMatchObject({ diagnostics: [{ code: 'selftest/stray' }] });
});

test('all that came of a step is compared', () => {
  const { survey, place, steps } = site('lvmthin', 'vmbr0');
  const foreseen = foresee(steps.slice(0, 2), survey, place);
  if (!foreseen.ok) throw new Error('not planned');
  const [, second] = foreseen.value;
  if (second === undefined) throw new Error('no second step');
  const [command = ''] = second.commands;
  const good: Tried = {
    planned: second.commands,
    ran: [
      {
        command,
        exit: 0,
        stdout: [
          'update VM 9990: -agent 1 -balloon 256 -cores 2 -cpu x86-64-v2-AES -memory 384 -startup order=3,up=10',
        ],
        stderr: [],
      },
    ],
    diagnostics: [],
    changes: new Map([
      [
        9990,
        [
          '-cores: 1',
          '-memory: 256',
          '+agent: 1',
          '+balloon: 256',
          '+cores: 2',
          '+cpu: x86-64-v2-AES',
          '+memory: 384',
          '+startup: order=3,up=10',
        ],
      ],
    ]),
    tasks: [],
    running: [],
    left: [],
    seconds: 1,
  };
  expect(judgeStep(second, good)).toEqual([]);
  const about = (tried: Partial<Tried>) => judgeStep(second, { ...good, ...tried }).map((each) => each.about);
  expect(about({ planned: ['qm set 9990 --cores 2'] })).toEqual(['what is planned']);
  expect(about({ ran: [{ command, exit: 2, stdout: [], stderr: ['no'] }] })).toEqual([
    'the exit code',
    'standard output',
    'standard error',
  ]);
  expect(about({ changes: new Map() })).toEqual(['the config of 9990']);
  expect(about({ changes: new Map([...good.changes, [9994, ['+cores: 1']]]) })).toEqual([
    'the config of 9994',
  ]);
  expect(about({ tasks: ['qmconfig: TASK OK'] })).toEqual(['the tasks']);
  expect(about({ running: ['9990'] })).toEqual(['which guests run']);
  expect(about({ left: [command] })).toEqual(['what is left to do afterwards']);
  const message = 'Cannot';
  expect(about({ diagnostics: [{ code: 'a/b', severity: 'error', trouble: 'failed', message }] })).toEqual([
    'what pvefleet says of it',
  ]);
});
