import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../src/snapshot/survey.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { offline } from './offline.ts';

/** 101 differs, 102 waits for a restart, 103 is stopped with the same pending value, 104 and 200 nobody declared. */
const survey = labSurvey({
  files: {
    '/etc/pve/nodes/pve1/qemu-server/101.conf': 'cores: 2\nname: web-101\n',
    '/etc/pve/nodes/pve2/qemu-server/102.conf':
      'cores: 2\nmemory: 1024\nname: web-102\n\n[PENDING]\ncores: 4\nmemory: 2048\n',
    '/etc/pve/nodes/pve2/qemu-server/103.conf': 'cores: 2\nname: web-103\n\n[PENDING]\ncores: 4\n',
    '/etc/pve/nodes/pve3/qemu-server/104.conf': 'name: <b>&"4"\n',
    '/etc/pve/nodes/pve3/lxc/200.conf': 'hostname: dns\n',
  },
  live: [101, 102],
});

const document = `\
vms:
  - { vmid: 101, name: web-101, cores: 4 }
  - { vmid: 102, cores: 4 }
  - { vmid: 103, cores: 4 }
  - { vmid: 105, node: pve1, name: new }
`;

describe('drift', () => {
  it('tells apart what differs, what waits for a restart, and what nobody declared', async () => {
    const { run } = await offline(survey, document);
    expect(await run('drift', '--undeclared')).toEqual({
      code: 2,
      stderr: '',
      stdout: `\
Differs (what is → what is declared):
  vm/101@lab  web-101 on pve1  (doc.yml:2)
      ~ cores: 2 → 4 (after a restart)
  vm/105@lab  new on pve1  is not there  (doc.yml:5)
      + name: new

Needs a restart (what runs → what will be, as declared):
  vm/102@lab  on pve2
      ~ cores: 2 → 4

Nobody declared:
  vm/104@lab  <b>&"4" on pve3
  container/200@lab  dns on pve3

Drift: 4 resources compared; 2 differ (vm/101@lab, vm/105@lab); 2 are not declared (vm/104@lab, container/200@lab); 1 needs a restart (vm/102@lab).
`,
    });
  });

  it('is none when all is as declared, though some of it waits for a restart', async () => {
    const { run } = await offline(survey, 'vms: [{ vmid: 102, cores: 4 }]');
    expect(await run('drift', '--one-line')).toEqual({
      code: 0,
      stderr: '',
      stdout: 'No drift: 1 resource compared; 1 needs a restart (vm/102@lab).\n',
    });
    expect((await run('drift', '--undeclared')).code).toBe(2);
    const converged = await offline(survey, 'vms: [{ vmid: 101, cores: 2 }]');
    expect(await converged.run('drift')).toEqual({
      code: 0,
      stderr: '',
      stdout: 'No drift: 1 resource compared; all are as declared.\n',
    });
  });

  it('is only of the targets where they are given', async () => {
    const { run } = await offline(survey, document);
    expect((await run('drift', '--target', 'vm/103')).code).toBe(0);
    expect(await run('drift', '--target', 'vm/103', '--undeclared', '--one-line')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('2 are not declared (vm/104@lab, container/200@lab)'),
    });
    expect(await run('drift', '--target', 'vm/10[12]', '--one-line')).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('2 resources compared; 1 differs (vm/101@lab)'),
    });
    expect(await run('drift', '--target', 'vm/110')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('declares no such resource; did you mean "vm/101"?'),
    });
  });

  it('counts what is declared absent and is there', async () => {
    const { run } = await offline(survey, 'vms: [{ vmid: 104, state: absent }]');
    const { code, stdout } = await run('drift');
    expect(code).toBe(2);
    expect(stdout).toContain('is there, and is declared absent');
  });

  it('as JSON is one object', async () => {
    const { run } = await offline(survey, document);
    expect(JSON.parse((await run('drift', '--json', '--undeclared')).stdout)).toMatchObject({
      drift: true,
      different: [
        {
          address: 'vm/101@lab',
          action: 'update',
          differences: [{ property: 'cores', before: '2', after: '4' }],
        },
        { address: 'vm/105@lab', action: 'create' },
      ],
      needsRestart: [
        { address: 'vm/102@lab', differences: [{ property: 'cores', before: '2', after: '4' }] },
      ],
      undeclared: [{ address: 'vm/104@lab' }, { address: 'container/200@lab', title: 'dns', node: 'pve3' }],
      refusals: [],
      summary: { compared: 4, different: 2, needsRestart: 1, undeclared: 2, refused: 0, unreachable: 0 },
    });
  });

  it('as JUnit has a test for each resource, and is XML whatever names are in it', async () => {
    const { run, directory } = await offline(survey, document);
    const file = join(directory, 'drift.xml');
    expect(await run('drift', '--undeclared', '--junit', file)).toMatchObject({ code: 2 });
    const xml = await readFile(file, 'utf8');
    expect(xml).toMatch(/<testsuite name="drift" tests="6" failures="4" errors="0" time="[\d.]+">/u);
    expect(xml).toContain('<testcase classname="declared" name="vm/103@lab"/>');
    expect(xml).toMatch(/name="vm\/101@lab">\n\s+<failure message="differs">\s+~ cores: 2 → 4/u);
    expect(xml).toContain(
      '<failure message="nobody declared it">&lt;b&gt;&amp;&quot;4&quot; on pve3</failure>',
    );
    const page = join(directory, 'drift.html');
    expect(await run('drift', '--undeclared', '--html', page)).toMatchObject({ code: 2 });
    expect(await readFile(page, 'utf8')).toContain('&lt;b&gt;&amp;&quot;4&quot;');
    expect(await run('drift', '--junit', join(directory, 'no', 'x.xml'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cannot write the report no/x.xml: there is no such file or directory'),
    });
  });

  it('with hosts that did not answer is what can be known of the others, and their exit code', async () => {
    const silent: Survey = {
      ...survey,
      unreachable: [
        {
          code: 'ssh/timeout',
          severity: 'error',
          trouble: 'unreachable',
          message: 'Cannot connect to pve4: no answer',
          host: 'pve4',
        },
      ],
    };
    const { run } = await offline(silent, document);
    const { code, stdout, stderr } = await run('drift');
    expect([code, stderr]).toEqual([4, 'error: Cannot connect to pve4: no answer\n  on pve4\n']);
    expect(stdout).toContain('Drift: 4 resources compared; 2 differ');
  });

  it('calls nothing as declared that could not be compared', async () => {
    const message = 'Cannot connect to pve2: no answer';
    const away: Survey = {
      ...labSurvey({
        files: { '/etc/pve/nodes/pve2/qemu-server/102.conf': 'name: web-102\n' },
        unknown: {
          pve2: `host pve2 gave no answer (${message})`,
          pve3: "host pve3 was not asked (--limit, or the command's hosts, leave it out)",
        },
      }),
      unreachable: [
        { code: 'ssh/timeout', severity: 'error', trouble: 'unreachable', message, host: 'pve2' },
      ],
    };
    const { run, directory } = await offline(
      away,
      'vms: [{ vmid: 102, state: running }, { vmid: 103, node: pve3, name: c, cores: 2 }]',
    );
    const file = join(directory, 'drift.xml');
    const { code, stdout, stderr } = await run('drift', '--junit', file);
    expect(code).toBe(4);
    expect(stdout).toContain('0 resources compared; 1 left out (--limit); 1 gave no answer.');
    expect(stderr).toContain(
      'warning: 1 resource is left out, as the node was not to be asked (--limit): vm/103@lab',
    );
    const xml = await readFile(file, 'utf8');
    expect(xml).toContain('tests="3" failures="0" errors="2" skipped="1"');
    expect(xml).toMatch(/name="vm\/102@lab">\n\s+<error message="Cannot plan vm\/102@lab/u);
    expect(xml).toMatch(/name="vm\/103@lab">\n\s+<skipped/u);
    expect(JSON.parse((await run('drift', '--json')).stdout)).toMatchObject({
      drift: false,
      leftOut: ['vm/102@lab', 'vm/103@lab'],
      summary: { compared: 0, leftOut: 2 },
    });
  });
});
