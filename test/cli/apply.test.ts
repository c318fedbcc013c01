import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import { startLab } from '../../lab/src/lab.ts';
import { confirm } from '../../src/cli/confirm.ts';
import { create, plan, update } from '../report/samples.ts';
import { runCli } from './run-cli.ts';

const document = new URL('../../documents/web.json', import.meta.url).pathname;

describe('apply', () => {
  it('is refused in read-only mode', async () => {
    expect(await runCli(['apply', document, '--read-only', '--yes'])).toMatchObject({
      code: 6,
      stdout: '',
      stderr: expect.stringContaining('Cannot run apply: the mode is read-only'),
    });
  });

  it('tells what is wrong with its arguments', async () => {
    expect(await runCli(['apply'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no document is given'),
    });
    expect(await runCli(['apply', document])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot read an inventory: none is given'),
    });
  });
});

describe('a node that is down', () => {
  async function apply(text: string) {
    const home = await mkdtemp(join(tmpdir(), 'pvefleet-apply-'));
    const lab = await startLab({ fleet: plainFleet(3, '9') });
    onTestFinished(async () => {
      await lab.close();
      await rm(home, { recursive: true });
    });
    const [key, hosts, inventory] = ['key', 'known_hosts', 'lab.yml'].map((name) => join(home, name));
    if (key === undefined || hosts === undefined || inventory === undefined) throw new Error('no paths');
    await writeFile(key, lab.clientKey.privateKey, { mode: 0o600 });
    await writeFile(hosts, lab.knownHostsText());
    await writeFile(inventory, lab.inventoryText(key, hosts));
    await writeFile(join(home, 'doc.yml'), text);
    lab.faults.add('pve2', { kind: 'dead' });
    const argv = ['apply', join(home, 'doc.yml'), '-i', inventory, '--yes', '--state', join(home, 'state')];
    const files = ['--html', join(home, 'run.html'), '--junit', join(home, 'run.xml')];
    const ran = await runCli([...argv, ...files]);
    const [html, junit] = await Promise.all(
      ['run.html', 'run.xml'].map((name) => readFile(join(home, name), 'utf8')),
    );
    return { ...ran, html, junit, pve1: lab.nodes[0]?.machine.files };
  }

  it('costs its own guests, and the rest is applied', async () => {
    const { code, stdout, stderr, html, junit, pve1 } = await apply(
      'vms: [{ vmid: 101, node: pve1, name: a }, { vmid: 102, node: pve2, name: b }]\n',
    );
    expect(stderr).toMatch(
      /^warning: Cannot plan vm\/102@lab: node pve2 can't be reached.*; it is left out$/mu,
    );
    expect(stdout).toContain('1 command was run');
    expect(pve1?.read('/etc/pve/qemu-server/101.conf')).toContain('name: a');
    expect(code).toBe(4);
    expect(html).toContain('Not all went well: 1 failure; 1 command was run.');
    expect(html).toContain('it is left out');
    expect(junit).toContain('<testcase classname="lab/pve1" name="vm/101@lab a"');
    expect(junit).toMatch(/<testcase classname="hosts" name="pve2">\n\s+<error/u);
  });

  it('does not let through what is refused for other reasons', async () => {
    const { code, stderr, html, junit, pve1 } = await apply(
      'vms: [{ vmid: 101, node: pve1 }, { vmid: 102, node: pve2 }, { vmid: 103, node: pve1, scsi0: "no:1" }]\n',
    );
    expect(stderr).toContain('Nothing was applied: 1 resource is refused.');
    expect([code, pve1?.list('/etc/pve/qemu-server')]).toEqual([6, []]);
    expect(html).toContain('Nothing was applied.');
    expect(junit).toMatch(/<testcase classname="plan" name="Cannot plan vm\/103@lab: [^"]*">\n\s+<error/u);
    expect(junit).toContain('<skipped message="not run">');
  });
});

describe('consent', () => {
  const lab = { cluster: 'lab', changes: [create] };

  async function ask(
    answer: string | undefined,
    isTTY = true,
  ): Promise<{ readonly asked: string; readonly objection: string | undefined }> {
    let asked = '';
    const stderr = { write: () => undefined, isTTY, colour: false, columns: 80, rows: 24 };
    const objection = await confirm([plan], {
      stderr,
      ask: (question) => ((asked = question), Promise.resolve(answer)),
    });
    return { asked, objection: objection?.message };
  }

  it('is asked for in words, and is "yes" only', async () => {
    expect(await ask('yes')).toEqual({
      asked: '\nApply these 3 changes in cluster lab? Type yes: ',
      objection: undefined,
    });
    expect(await ask(' yes ')).toMatchObject({ objection: undefined });
    expect(await ask('y')).toMatchObject({
      objection:
        'Cannot apply these 3 changes in cluster lab: the answer was "y"; "yes" is wanted. Nothing was changed',
    });
    expect(await ask(undefined)).toMatchObject({ objection: expect.stringContaining('no answer came') });
  });

  it('is not asked for where nobody can answer', async () => {
    expect(await ask('yes', false)).toMatchObject({
      asked: '',
      objection: expect.stringContaining('nobody can be asked without a terminal'),
    });
  });

  it('names the clusters', async () => {
    let asked = '';
    const world = {
      stderr: { write: () => undefined, isTTY: true, colour: false, columns: 80, rows: 24 },
      ask: (question: string) => ((asked = question), Promise.resolve('yes')),
    };
    await confirm([lab], world);
    expect(asked).toBe('\nApply this change in cluster lab? Type yes: ');
    await confirm([lab, { cluster: 'prod', changes: [update] }], world);
    expect(asked).toBe('\nApply these 2 changes in the clusters lab, prod? Type yes: ');
  });
});
