import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSurvey } from '../../src/snapshot/saved-survey.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';
import type { Ran } from './run-cli.ts';
import { runCli } from './run-cli.ts';

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'pvefleet-'))));
afterAll(() => rm(directory, { recursive: true }));

const running = labSurvey({
  files: {
    '/etc/pve/nodes/pve1/qemu-server/101.conf':
      'cores: 2\nmemory: 2048\nname: web-101\nscsi0: local-lvm:vm-101-disk-0,size=20G\n',
    '/etc/pve/nodes/pve2/qemu-server/102.conf': 'cores: 2\nmemory: 2048\nname: web-102\n',
  },
  live: [101, 102],
});

const document = `\
node: pve1
vms:
  - { vmid: 101, name: web-101, cores: 4, comment: new }
  - { vmid: 102, node: pve2, name: web-102, state: running }
`;

/** Runs "pvefleet plan" on a document and a saved survey. */
async function plan(text: string, survey: Survey = running, ...flags: readonly string[]): Promise<Ran> {
  const from = await mkdtemp(join(directory, 'survey-'));
  const file = join(from, '..', 'doc.yml');
  await writeFile(file, text);
  const saved = await saveSurvey(survey, from);
  expect(saved.ok).toBe(true);
  const { code, stdout, stderr } = await runCli(['plan', file, '--from', from, ...flags]);
  const short = (output: string): string => output.replaceAll(file, 'doc.yml').replaceAll(from, 'DIR');
  return { code, stdout: short(stdout), stderr: short(stderr) };
}

describe('plan', () => {
  it('shows what would change, and the commands', async () => {
    const { code, stdout, stderr } = await plan(document);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll(/[0-9a-f]{40}/gu, 'SHA1')).toBe(`\
~ vm/101@lab  web-101 on pve1  (doc.yml:3)
    ~ cores: 2 → 4 (after a restart)
    + description: new
    pve1$ qm set 101 --cores 4 --description new --digest SHA1

Brakes: at most 10 restarts.
Plan: 0 to add, 1 to change, 0 to destroy; 1 needs a restart.
`);
  });

  it('on a plain copy of /etc/pve has the same changes and commands, and leaves power out with a warning', async () => {
    const from = await mkdtemp(join(directory, 'saved-'));
    const saved = await saveSurvey(running, from);
    expect(saved.ok).toBe(true);
    const file = join(directory, 'copy.yml');
    await writeFile(file, document);
    const ran = await runCli(['plan', file, '--from', join(from, 'lab/etc/pve')]);
    expect(ran.code).toBe(0);
    // Without a corosync.conf the copy is called by its first node.
    expect(ran.stdout.replaceAll('@pve1', '@lab')).toBe(
      (await runCli(['plan', file, '--from', from])).stdout,
    );
    expect(ran.stderr.match(/^warning: .*$/gmu)).toEqual([
      expect.stringMatching(/^warning: Cannot plan vm\/101@pve1: .*"after a restart" holds if it does$/u),
      expect.stringMatching(/^warning: Cannot plan vm\/102@pve1: .*its power is left out of the plan$/u),
    ]);
  });

  it('exits with 2 for something to change when that is asked for', async () => {
    expect((await plan(document, running, '--detailed-exitcode')).code).toBe(2);
    const nothing = await plan('vms: [{ vmid: 102, state: running }]', running, '--detailed-exitcode');
    expect(nothing).toEqual({ code: 0, stdout: 'Nothing to do: 1 resource is as declared.\n', stderr: '' });
  });

  it('tells what is refused, and plans the rest', async () => {
    const { code, stdout, stderr } = await plan(
      `${document}  - { vmid: 103, node: pve9 }\n  - { vmid: 104, scsi0: "nowhere:8" }\n`,
    );
    expect(code).toBe(6);
    expect(stdout).toContain('Plan: 0 to add, 1 to change');
    expect(stderr).toMatch(/^error: Cannot .*vm\/103@lab.*pve9/mu);
    expect(stderr).toMatch(/^error: Cannot .*vm\/104@lab.*nowhere/mu);
    expect(stderr).toContain('  at doc.yml:6:18\n');
  });

  it('does not say that there is nothing to do when all that differs is refused', async () => {
    const { code, stdout, stderr } = await plan('vms: [{ vmid: 102 }, { vmid: 103, node: pve9 }]');
    expect([code, stdout]).toEqual([6, '']);
    expect(stderr).toMatch(/^error: Cannot .*vm\/103@lab.*pve9/u);
  });

  it('refuses more than 10 restarts unless that is said', async () => {
    const vmids = Array.from({ length: 11 }, (_, index) => 201 + index);
    const survey = labSurvey({
      files: Object.fromEntries(
        vmids.map((vmid) => [`/etc/pve/nodes/pve1/qemu-server/${vmid}.conf`, 'cores: 2\n']),
      ),
      live: vmids,
    });
    const text = `vms:\n${vmids.map((vmid) => `  - { vmid: ${vmid}, cores: 4 }\n`).join('')}`;
    const refused = await plan(text, survey);
    expect(refused.code).toBe(6);
    expect(refused.stdout).toContain('0 to destroy; 11 need a restart.');
    expect(refused.stderr).toBe(
      'error: Cannot apply this plan: 11 guests need a restart after it; at most 10 are allowed (--max-restarts)\n' +
        '  If all of it is meant: --max-restarts 11\n',
    );
    expect(await plan(text, survey, '--max-restarts', '11')).toMatchObject({ code: 0, stderr: '' });
    expect((await plan(text, survey, '--target', 'vm/20?')).code).toBe(0);
  });

  it.each([
    ['--serial', '0', '--serial is "0"; numbers and percentages of nodes are wanted, as in "1,10%,100%"'],
    ['--max-fail-percentage', '101', '--max-fail-percentage is "101"; 0 to 100 is wanted'],
    ['--max-restarts', 'many', '--max-restarts is "many"; a whole number of at least 0 is wanted'],
  ])('wants %s to be what it can be', async (flag, value, message) => {
    expect(await plan(document, running, flag, value)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
  });

  it('is saved only where it could be applied', async () => {
    const from = await mkdtemp(join(directory, 'copied-'));
    expect((await saveSurvey(running, from)).ok).toBe(true);
    const file = join(directory, 'saved.yml');
    await writeFile(file, 'vms: [{ vmid: 101, cores: 4 }]');
    const out = join(directory, 'web.plan');
    expect(await runCli(['plan', file, '--from', join(from, 'lab/etc/pve'), '--out', out])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('it was made from a copy of /etc/pve, and no node can be asked'),
    });
    expect(await runCli(['plan', file, '--from', from, '--out', join(directory, 'no', 'x')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no such file or directory'),
    });
    expect((await runCli(['plan', file, '--from', from, '--out', out])).code).toBe(0);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
  });

  it('as JSON is one object, each step with its command', async () => {
    const { stdout } = await plan(document, running, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      plans: [
        {
          cluster: 'lab',
          changes: [
            {
              action: 'update',
              steps: [{ node: 'pve1', command: expect.stringMatching(/^qm set 101 --cores 4 /u) }],
            },
          ],
        },
      ],
      refusals: [],
      warnings: [],
      unreachable: [],
      summary: { add: 0, change: 1, destroy: 0, restart: 1, refused: 0, compared: 2 },
    });
  });

  it('warns of hosts that did not answer, and plans the others', async () => {
    const unreachable = [
      {
        code: 'transport/timeout',
        severity: 'error',
        trouble: 'unreachable',
        message: 'Cannot connect to pve4: no answer',
        host: 'pve4',
      },
    ] as const;
    const { code, stdout, stderr } = await plan(document, { ...running, unreachable });
    expect(code).toBe(4);
    expect(stdout).toContain('Plan: 0 to add, 1 to change');
    expect(stderr).toBe('error: Cannot connect to pve4: no answer\n  on pve4\n');
    expect(await plan(document, { clusters: [], unreachable })).toMatchObject({ code: 4, stdout: '' });
  });

  it('wants one document', async () => {
    expect(await runCli(['plan'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot run plan: no document is given'),
    });
    expect(await runCli(['plan', 'a', 'b'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('2 documents are given (a, b)'),
    });
  });

  it('tells what is wrong with the document before anything else', async () => {
    const { code, stderr } = await plan(
      'vms: [{ vmid: 101, coers: 2 }, { vmid: 102, ha: {} }]\nstorage: []\n',
      { clusters: [], unreachable: [] },
    );
    expect(code).toBe(1);
    expect(stderr).toBe(`\
error: Cannot read vm/101: qm has no option "coers"; did you mean "cores"?
  at doc.yml:1:20
error: Cannot read "ha" of this vm: it is not supported yet
  at doc.yml:1:45
  leave the key out; it would not be managed
error: Cannot read "storage": this section is not supported yet; "vms" and "containers" are
  at doc.yml:2:1
  leave the section out; nothing of it would be managed
`);
  });
});
