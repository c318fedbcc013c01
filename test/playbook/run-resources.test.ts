import { beforeEach, expect, test, vi } from 'vitest';
import type { Applied } from '../../src/apply/apply.ts';
import type { ApplyContext } from '../../src/apply/run-state.ts';
import type { Outcome } from '../../src/apply/event.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';
import { commands, messages, recap, results, run } from './run-on-lab.ts';

const applied = vi.hoisted(() => ({
  fails: new Set<string>(),
  runs: new Array<string>(),
  after: (): void => undefined,
}));

// The engine has its own tests: here a change brings about what was predicted, or fails as told.
vi.mock('../../src/apply/apply.ts', () => ({
  apply: (plans: readonly Plan[], context: ApplyContext): Promise<Applied> => {
    applied.runs.push(context.run);
    const changes = plans.flatMap(({ cluster, changes: own }) =>
      own.map((change) => ({ key: `${cluster}#${change.id}`, change })),
    );
    const outcomes = new Map(
      changes.map(({ key, change }): [string, Outcome] => [
        key,
        applied.fails.has(change.title) ? 'failed' : 'changed',
      ]),
    );
    applied.after();
    const done = plans.map((plan) => ({
      ...plan,
      changes: plan.changes.filter(({ title }) => !applied.fails.has(title)),
    }));
    return Promise.resolve({
      survey: predict(context.survey, done),
      outcomes,
      interrupted: context.signal.aborted,
      commands: changes.length,
    });
  },
}));

beforeEach(() => {
  applied.fails.clear();
  applied.runs.length = 0;
  applied.after = () => undefined;
});

const vm = (vmid: number, more = ''): string =>
  `    - name: v${vmid}\n      vm: { vmid: ${vmid}, name: v${vmid}, node: pve2${more} }\n`;

test('the task of issue 3 makes each guest once, and the second time nothing', async () => {
  const play = `- hosts: all
  vars: { webs: [{ id: 101 }, { id: 102 }] }
  tasks:
    - vm:
        vmid: "{{ item.id }}"
        name: web-{{ item.id }}
        node: pve1
        memory: 2048
        tags: [web, prod]
        description: "grüße\\nzwei"
        scsihw: virtio-scsi-single
        scsi0: { storage: local-lvm, size: 20G, discard: on }
        net0: { model: virtio, bridge: vmbr0 }
        state: running
      loop: "{{ webs }}"
`;
  const first = await run(play + play.replace(/^- hosts: all\n {2}vars/u, '- hosts: all\n  vars'));
  expect(commands(first)).toEqual(['create web-101 on pve1', 'create web-102 on pve1']);
  expect(results(first)).toEqual(['vm: pve1 changed pve2 ok pve3 ok', 'vm: pve1 ok pve2 ok pve3 ok']);
  expect(first.exit).toBe(0);
  expect(first.sent).toEqual([]);
  expect(recap(first)).toMatchObject({
    hosts: { pve1: { ok: 2, changed: 1 }, pve2: { ok: 2 } },
    commands: 2,
    interrupted: false,
  });
  expect(applied.runs).toEqual(['r1-1']);
});

test('each task has a run of its own on the nodes, where step ids must be unique', async () => {
  await run(vm(101) + vm(102));
  expect(applied.runs).toEqual(['r1-1', 'r1-2']);
});

test('check mode applies nothing, and the next task sees what would be', async () => {
  const ran = await run(vm(101) + vm(101) + vm(101, ', cores: 2'), { check: true });
  expect(commands(ran)).toEqual(['create v101 on pve2', 'update v101 on pve2']);
  expect(results(ran)).toEqual([
    'v101: pve1 ok pve2 changed pve3 ok',
    'v101: pve1 ok pve2 ok pve3 ok',
    'v101: pve1 ok pve2 changed pve3 ok',
  ]);
  expect(applied.runs).toEqual([]);
  expect(ran.exit).toBe(0);
});

test('guests without a number are told apart by their names, in check mode too', async () => {
  const webs = '    - vm: { vmid: auto, name: "web-{{ item }}", node: pve2 }\n      loop: [a, b]\n';
  const ran = await run(`${webs}    - vm: { vmid: auto, name: web-b, cores: 2 }\n${webs}`, { check: true });
  expect(ran.exit).toBe(0);
  expect(commands(ran)).toEqual(['create web-a on pve2', 'create web-b on pve2', 'update web-b on pve2']);
});

test('a number that one task chose is not taken for another guest by a later one', async () => {
  const ran = await run(
    '    - vm: { vmid: auto, name: web, node: pve1 }\n    - vm: { vmid: 100, name: db, node: pve2 }\n',
    { check: true },
  );
  expect(commands(ran)).toEqual(['create web on pve1']);
  expect(messages(ran)[0]).toBe(
    'pve1: Cannot plan vm/100@lab: an earlier task has given this number to "web", which has "vmid: auto"; a number of its own is wanted',
  );
  expect(ran.exit).toBe(6);

  const there = labSurvey({ files: { '/etc/pve/nodes/pve1/qemu-server/100.conf': 'name: web\n' } });
  const again = await run(
    '    - vm: { vmid: auto, name: web, node: pve1 }\n    - vm: { vmid: 100, cores: 2 }\n',
    { check: true, survey: there },
  );
  expect(commands(again)).toEqual(['update web on pve1']);
});

test('read-only plans and refuses to apply', async () => {
  const ran = await run(`${vm(101)}    - command: uptime\n`, { readOnly: true });
  expect(results(ran)).toEqual(['v101: pve1 ok pve2 failed pve3 ok', 'command: pve1 failed pve3 failed']);
  expect(messages(ran)).toEqual([
    'pve2: Cannot create vm/101@lab: this run is read-only',
    'pve1: Cannot run "command": this run is read-only',
    'pve3: Cannot run "command": this run is read-only',
  ]);
  expect([ran.exit, ran.sent, applied.runs]).toEqual([6, [], []]);
});

test('a refusal fails the hosts that declared it, whose other specs are not applied; the others go on', async () => {
  const ran =
    await run(`    - vm: { vmid: "{{ item }}", name: "v{{ item }}", node: "{{ inventory_hostname }}", scsi0: "{{ 'nowhere' if item == 201 else 'local-lvm' }}:4" }
      loop: "{{ {'pve1': [101], 'pve2': [201, 202]}[inventory_hostname] | default([301]) }}"
    - debug: { msg: still here }
`);
  expect(commands(ran)).toEqual(['create v101 on pve1', 'create v301 on pve3']);
  expect(results(ran)).toEqual([
    'vm: pve1 changed pve2 failed pve3 changed',
    'debug: pve1 ok "still here" pve3 ok "still here"',
  ]);
  expect(messages(ran)).toEqual([expect.stringContaining('there is no storage "nowhere"')]);
  expect(ran.exit).toBe(6);
});

test('hosts that declare one guest differently are both refused', async () => {
  const ran = await run('    - vm: { vmid: 101, node: pve1, name: "{{ inventory_hostname }}" }\n');
  expect(results(ran)).toEqual(['vm: pve1 failed pve2 failed pve3 failed']);
  expect(messages(ran)[0]).toContain('declare it differently (name)');
});

test('a change that fails puts the host of its node out of the run', async () => {
  applied.fails.add('v101');
  const ran = await run(
    `${vm(101)}    - debug: { msg: still }\n- hosts: pve2\n  tasks:\n    - debug: { msg: never }\n`,
  );
  expect(results(ran)).toEqual([
    'v101: pve1 ok pve2 failed pve3 ok',
    'debug: pve1 ok "still" pve3 ok "still"',
  ]);
  expect(ran.exit).toBe(3);
});

test('a change on the node of a host outside the play counts on who declared it', async () => {
  const ran = await run('- hosts: pve1:pve3\n  tasks:\n    - vm: { vmid: 101, node: pve2 }\n');
  expect(results(ran)).toEqual(['vm: pve1 changed pve3 ok']);
});

test('after a command the nodes are read again before the next resource', async () => {
  let reads = 0;
  const resurvey = () =>
    Promise.resolve(
      (reads++, labSurvey({ files: { '/etc/pve/nodes/pve2/qemu-server/101.conf': 'name: v101\n' } })),
    );
  const ran = await run(`    - command: qm create 101\n${vm(101)}${vm(101)}`, { resurvey });
  expect([reads, commands(ran)]).toEqual([1, []]);
});

test('Ctrl-C stops before the next task, says so, and exits 130', async () => {
  const interrupt = new AbortController();
  applied.after = () => interrupt.abort();
  const ran = await run(`${vm(101)}${vm(102)}- hosts: pve1\n  tasks:\n    - vm: { vmid: 9999 }\n`, {
    signal: interrupt.signal,
  });
  expect(results(ran)).toEqual(['v101: pve1 ok pve2 changed pve3 ok']);
  expect(ran.events).toContainEqual(
    expect.objectContaining({
      diagnostic: expect.objectContaining({
        message: 'Cannot go on: the run was interrupted; not begun: "v102", "vm"',
      }),
    }),
  );
  expect([ran.exit, recap(ran)]).toMatchObject([130, { interrupted: true }]);
});

test('the journal gets every event that the report gets, from run-started to run-finished', async () => {
  const ran = await run(`${vm(101)}    - debug:\n`);
  expect(ran.journal).toEqual(ran.events);
  expect(ran.events.map(({ type }) => type).join(' ')).toBe(
    'run-started surveyed play-started task-started planned task-finished task-finished task-finished task-started task-finished task-finished task-finished recap run-finished',
  );
});

test('a deletion needs --allow-destroy', async () => {
  const survey = labSurvey({ files: { '/etc/pve/nodes/pve2/qemu-server/101.conf': 'name: v101\n' } });
  const task = '    - vm: { vmid: 101, state: absent }\n';
  const refused = await run(task, { survey });
  expect([refused.exit, commands(refused)]).toEqual([6, []]);
  const allowed = await run(task, { survey, allowDestroy: true });
  expect([allowed.exit, commands(allowed)]).toEqual([0, ['delete v101 on pve2']]);
});

test('what is meant for a node that did not answer is left out; the other hosts do not pay for it', async () => {
  const survey = {
    ...labSurvey({ unknown: { pve2: 'host pve2 gave no answer (Cannot reach pve2)' } }),
    unreachable: [
      { code: 'x', severity: 'error', trouble: 'unreachable', message: 'Cannot reach pve2', host: 'pve2' },
    ],
  } as const;
  const ran = await run(
    '    - vm: { vmid: "10{{ item }}", node: "pve{{ item }}", name: "v{{ item }}" }\n      loop: [1, 2, 3]\n',
    { survey },
  );
  expect(results(ran)).toEqual(['vm: pve1 changed pve3 changed']);
  expect(commands(ran)).toEqual(['create v1 on pve1', 'create v3 on pve3']);
  expect(ran.events).toContainEqual(
    expect.objectContaining({
      diagnostic: expect.objectContaining({ message: expect.stringContaining("node pve2 can't be reached") }),
    }),
  );
  expect(ran.exit).toBe(4);
});

test('ceilings hold for all of a run: the task that goes over one changes nothing', async () => {
  const ceilings = { maxChanges: 2, maxRestarts: 10 };
  const ran = await run(`${vm(101)}${vm(102)}${vm(103)}${vm(104)}`, { ceilings });
  expect(ran.exit).toBe(6);
  expect(applied.runs).toEqual(['r1-1', 'r1-2']);
  expect(messages(ran)).toEqual(
    ['pve1', 'pve2', 'pve3'].map(
      (host) =>
        `${host}: Cannot go on with this run: it has 3 changes; at most 2 are allowed (--max-changes)`,
    ),
  );
});

test('with a checkpoint each guest is kept once, before its first change; what the run makes is not', async () => {
  const survey = labSurvey({ files: { '/etc/pve/nodes/pve1/qemu-server/100.conf': 'cores: 2\n' } });
  const ran = await run(
    `    - vm: { vmid: 100, cores: 3 }
      when: inventory_hostname == 'pve1'
    - vm: { vmid: 101, node: pve2 }
      when: inventory_hostname == 'pve1'
    - vm: { vmid: 100, cores: 4 }
      when: inventory_hostname == 'pve1'
    - vm: { vmid: 101, cores: 4 }
      when: inventory_hostname == 'pve1'
`,
    { survey, check: true, checkpointsSince: 0 },
  );
  const plans = ran.events.flatMap((event) => (event.type === 'planned' ? event.plans : []));
  expect(commandLines(plans).map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
    'qm snapshot 100',
    'qm set 100',
    'qm create 101',
    'qm set 100',
    'qm set 101',
  ]);
});

test('a host whose guest can not be kept fails, and the others go on', async () => {
  const disk = (vmid: number): string => `cores: 2\nscsi0: other:${vmid}/vm-${vmid}-disk-0.raw,size=1G\n`;
  const survey = labSurvey({
    files: {
      '/etc/pve/nodes/pve1/qemu-server/101.conf': disk(101),
      '/etc/pve/nodes/pve2/qemu-server/102.conf': 'cores: 2\n',
      '/etc/pve/nodes/pve3/qemu-server/103.conf': 'cores: 3\n',
    },
  });
  const ran = await run('    - vm: { vmid: "{{ 100 + (inventory_hostname[3:] | int) }}", cores: 3 }\n', {
    survey,
    check: true,
    checkpointsSince: 0,
  });
  expect(results(ran)).toEqual(['vm: pve1 failed pve2 changed pve3 ok']);
});

test('register of a loop has a result an item, judged item by item; of one guest its number', async () => {
  const ran = await run(`- hosts: pve1
  tasks:
    - vm: { vmid: "{{ item }}", name: "v{{ item }}", node: pve1 }
      loop: [101, 102, 103]
      when: item != 103
      register: made
      changed_when: made.vmid == 101
    - debug: { msg: "{{ made.changed }} {{ made.results | map(attribute='item') | list }} {{ made.results[0].address }} {{ made.results | map(attribute='changed') | list }} {{ made.results[2].skipped }}" }
    - vm: { vmid: auto, name: web, node: pve1 }
      register: web
    - debug: { msg: "{{ web.changed }} {{ web.vmid }}" }
    - vm: { vmid: "{{ item }}", name: "v{{ item }}", node: pve1 }
      loop: [101, 102]
      register: again
    - debug: { msg: "{{ again.changed }} {{ again is changed }} {{ again.results | length }}" }
`);
  expect(results(ran).filter((line) => line.startsWith('debug'))).toEqual([
    'debug: pve1 ok "True [101, 102, 103] vm/101@lab [True, False, False] True"',
    'debug: pve1 ok "True 100"',
    'debug: pve1 ok "False False 2"',
  ]);
});

test('a failed item of a loop fails the task, and its result says which', async () => {
  applied.fails.add('v102');
  const ran = await run(`- hosts: pve1
  tasks:
    - vm: { vmid: "{{ item }}", name: "v{{ item }}", node: pve1 }
      loop: [101, 102]
      register: made
      ignore_errors: true
    - debug: { msg: "{{ made.results | map(attribute='failed') | list }} {{ made is failed }}" }
`);
  expect(results(ran).at(-1)).toBe('debug: pve1 ok "[False, True] True"');
});

test('a resource is tried again until its condition holds, each try under names of its own', async () => {
  applied.fails.add('v101');
  let tries = 0;
  applied.after = () => {
    if (++tries === 2) applied.fails.clear();
  };
  const text = (retries: number) =>
    `    - vm: { vmid: 101, name: v101, node: pve2 }\n      retries: ${retries}\n      delay: 0\n      register: out\n      until: out is succeeded\n`;
  const ran = await run(text(3));
  expect([ran.exit, applied.runs]).toEqual([0, ['r1-1', 'r1-2']]);
  expect(recap(ran)).toMatchObject({ hosts: { pve1: { failed: 0 }, pve2: { ok: 1, failed: 0 } } });
  applied.fails.add('v101');
  applied.after = () => undefined;
  const failed = await run(text(1));
  expect(failed.exit).toBe(3);
  expect(messages(failed).at(-1)).toMatch(/what it waits for did not come in 2 tries/u);
});

test('a resource is delegated to a host of another cluster or node, and counts where it was declared', async () => {
  const ran = await run(`- hosts: pve1
  tasks:
    - vm: { vmid: 101, name: v101 }
      delegate_to: pve3
    - vm: { vmid: 102, name: v102 }
      delegate_to: nowhere
`);
  expect(commands(ran)).toEqual(['create v101 on pve3']);
  expect(results(ran)).toEqual(['vm: pve1 changed', 'vm: pve1 failed']);
  expect(messages(ran)).toEqual(['pve1: Cannot delegate "vm" to "nowhere": it is no host of this run']);
});

test('check_mode of a resource: checked alone in a real run, carried out alone in a checked one', async () => {
  const only = await run(`${vm(101)}      check_mode: true\n${vm(101)}`);
  expect(results(only)).toEqual(['v101: pve1 ok pve2 changed pve3 ok', 'v101: pve1 ok pve2 changed pve3 ok']);
  expect(applied.runs).toEqual(['r1-2']);
  const really = await run(`${vm(101)}      check_mode: false\n${vm(102)}`, { check: true });
  expect(results(really)).toHaveLength(2);
  expect(applied.runs).toEqual(['r1-2', 'r1-1']);
});

test('a loop over a resource is tried again turn by turn: what has done is left alone, results say how often', async () => {
  applied.fails.add('v902');
  let tries = 0;
  applied.after = () => {
    if (++tries === 2) applied.fails.clear();
  };
  const text = (retries: number) => `- hosts: pve2
  tasks:
    - vm: { vmid: "{{ item }}", name: "v{{ item }}", node: pve2 }
      loop: [901, 902]
      register: out
      until: out is succeeded
      retries: ${retries}
      delay: 0
      ignore_errors: true
    - debug: { msg: "{{ out.results | map(attribute='attempts') | join(',') }} {{ out.results | map(attribute='failed') | join(',') }} {{ out.failed }} {{ out.changed }}" }
`;
  const ran = await run(text(3));
  expect(results(ran).at(-1)).toBe('debug: pve2 ok "1,3 False,False False True"');
  // What was made in the first try is declared no second time.
  expect(commands(ran)).toEqual(['create v901 on pve2', 'create v902 on pve2', 'create v902 on pve2']);
  applied.fails.add('v902');
  applied.after = () => undefined;
  const short = await run(text(1));
  expect(results(short).at(-1)).toBe('debug: pve2 ok "1,1 False,True True False"');
});

test('module_defaults are for kinds too, and a task wins over them', async () => {
  const ran = await run(`- hosts: pve2
  module_defaults: { vm: { node: pve2, cores: 2, onboot: on } }
  tasks:
    - vm: { vmid: 901, name: v901 }
    - vm: { vmid: 902, name: v902, cores: 4 }
`);
  const lines = ran.events.flatMap((event) => (event.type === 'planned' ? commandLines(event.plans) : []));
  expect(lines).toEqual([
    expect.stringMatching(/qm create 901 .*--cores 2 .*--onboot 1/u),
    expect.stringMatching(/qm create 902 .*--cores 4 .*--onboot 1/u),
  ]);
});
