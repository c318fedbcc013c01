import { beforeEach, expect, test, vi } from 'vitest';
import type { ApplyContext, Applied } from '../../src/apply/apply.ts';
import type { Event, Outcome } from '../../src/apply/event.ts';
import type { Result } from '../../src/diagnostic.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import { parseInventory } from '../../src/inventory/load-inventory.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { parsePlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import { runPlaybook } from '../../src/playbook/run.ts';
import type { RunOptions } from '../../src/playbook/run-state.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';

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

const INVENTORY = `all:
  children:
    lab:
      hosts:
        pve1: { role: first }
        pve2: { role: "not {{ hostvars.pve1.role }}" }
        pve3:
      vars: { storage: local-lvm, greeting: "{{ inventory_hostname }} is {{ role | default('plain') }}" }
`;

interface Ran {
  readonly exit: number;
  readonly events: readonly Event[];
  readonly journal: readonly Event[];
  /** "pve1: script" */
  readonly sent: readonly string[];
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.value;
}

/** Runs tasks, given as YAML under "tasks:" of one play for all hosts, or whole plays. */
async function run(
  text: string,
  options: Partial<RunOptions> = {},
  answer?: (host: string) => Result<Finished>,
): Promise<Ran> {
  const playbook = valueOf(
    parsePlaybook(text.startsWith('- hosts') ? text : `- hosts: all\n  tasks:\n${text}`, 'site.yml'),
  );
  const inventory = valueOf(parseInventory(INVENTORY, 'lab.yml'));
  const events: Event[] = [];
  const journal: Event[] = [];
  const sent: string[] = [];
  const survey = options.survey ?? labSurvey();
  const exit = await runPlaybook(playbook, {
    run: 'r1',
    argv: ['run', 'site.yml'],
    user: 'me',
    inventory,
    hosts: valueOf(playHosts(playbook, inventory, inventory.nodes)),
    survey,
    surveySeconds: 1,
    resurvey: () => Promise.resolve(survey),
    exec: (host, script) => {
      sent.push(`${host}: ${script}`);
      return Promise.resolve(
        answer?.(host) ?? ok({ exit: 0, stdout: Buffer.from(`I am ${host}\n`), stderr: Buffer.from('') }),
      );
    },
    record: (event) => Promise.resolve(void journal.push(event)),
    report: (event) => void events.push(event),
    check: false,
    readOnly: false,
    allowDestroy: false,
    tags: { only: [], skip: [] },
    extraVars: {},
    signal: new AbortController().signal,
    ...options,
  });
  return { exit, events, journal, sent };
}

/** "pve1 changed, pve2 ok": how the tasks ended, one line a task. */
function results({ events }: Ran): readonly string[] {
  const lines: string[] = [];
  for (const event of events) {
    if (event.type === 'task-started') lines.push(`${event.name}:`);
    if (event.type === 'task-finished')
      lines.push(
        `${lines.pop()} ${event.host} ${event.outcome}${event.message === undefined ? '' : ` "${event.message}"`}`,
      );
  }
  return lines;
}

const messages = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'task-finished' ? event.diagnostics.map(({ message }) => `${event.host}: ${message}`) : [],
  );

const recap = ({ events }: Ran): unknown => events.find((event) => event.type === 'recap');

const commands = ({ events }: Ran): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'planned'
      ? event.plans.flatMap(({ changes }) =>
          changes.map(({ action, title, node }) => `${action} ${title} on ${node}`),
        )
      : [],
  );

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
    hosts: { pve1: { ok: 1, changed: 1 }, pve2: { ok: 2 } },
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
    `${vm(101)}    - debug: { msg: on }\n- hosts: pve2\n  tasks:\n    - debug: { msg: never }\n`,
  );
  expect(results(ran)).toEqual(['v101: pve1 ok pve2 failed pve3 ok', 'debug: pve1 ok "on" pve3 ok "on"']);
  expect(ran.exit).toBe(3);
});

test('a change on the node of a host outside the play counts on who declared it', async () => {
  const ran = await run('- hosts: pve1:pve3\n  tasks:\n    - vm: { vmid: 101, node: pve2 }\n');
  expect(results(ran)).toEqual(['vm: pve1 changed pve3 ok']);
});

test('a host that did not answer is out from the start', async () => {
  const survey = {
    ...labSurvey({ unknown: { pve2: 'pve2 did not answer' } }),
    unreachable: [
      { code: 'x', severity: 'error', trouble: 'unreachable', message: 'Cannot reach pve2', host: 'pve2' },
    ],
  } as const;
  const ran = await run('    - debug: { msg: hi }\n', { survey });
  expect(results(ran)).toEqual(['debug: pve1 ok "hi" pve3 ok "hi"']);
  expect(recap(ran)).toMatchObject({ hosts: { pve2: { unreachable: 1, ok: 0 } } });
  expect(ran.exit).toBe(4);
});

test('variables: the later wins, templates in them are followed', async () => {
  const ran = await run(
    `- hosts: all
  vars: { storage: play, both: "{{ storage }} {{ item | default('-') }}" }
  tasks:
    - debug: { msg: "{{ greeting }} {{ storage }} {{ groups.lab | length }} {{ group_names | join }} {{ hostvars.pve1.greeting }} {{ ansible_check_mode }}" }
      when: inventory_hostname == 'pve2'
    - debug: { msg: "{{ both }}" }
      vars: { storage: task }
      loop: [a, b]
      when: [inventory_hostname == 'pve1', item != 'a']
    - debug: { msg: "{{ given }}" }
      vars: { given: task }
      when: inventory_hostname in groups.lab[:1]
`,
    { extraVars: { given: 'extra' } },
  );
  expect(results(ran)).toEqual([
    'debug: pve1 skipped pve2 ok "pve2 is not first play 3 lab pve1 is first False" pve3 skipped',
    'debug: pve1 skipped pve1 ok "task b" pve2 skipped pve3 skipped',
    'debug: pve1 ok "extra" pve2 skipped pve3 skipped',
  ]);
  expect(recap(ran)).toMatchObject({ hosts: { pve1: { ok: 2, skipped: 1 } } });
});

test('an undefined variable fails its host with the place, before any command', async () => {
  const ran = await run(
    '    - vm: { vmid: 101, node: pve1, name: "{{ role }}", cores: "{{ coers }}" }\n      when: inventory_hostname == "pve3"\n    - debug:\n',
  );
  const failed = ran.events.find((event) => event.type === 'task-finished' && event.outcome === 'failed');
  expect(failed).toMatchObject({
    host: 'pve3',
    diagnostics: [
      { message: expect.stringContaining('"role" is not defined'), at: { line: 3, column: 36 } },
      { message: expect.stringContaining('"coers" is not defined'), at: { line: 3, column: 56 } },
    ],
  });
  expect([ran.exit, commands(ran)]).toEqual([3, []]);
});

test('a loop over what is no list fails', async () => {
  const ran = await run('    - debug:\n      loop: "{{ groups }}"\n');
  expect(messages(ran)[0]).toBe('pve1: Cannot loop over {{ groups }}: it gives a mapping; a list is wanted');
});

test('command runs on each host under a UTF-8 locale, journaled before and after', async () => {
  const ran = await run('    - command: echo "grüße {{ inventory_hostname }}" $HOME\n');
  expect(ran.sent.map((one) => one.split(': ')[0])).toEqual(['pve1', 'pve2', 'pve3']);
  expect(ran.sent[0]).toContain('LC_ALL=C.UTF-8');
  expect(ran.sent[0]).toContain("echo 'grüße pve1' '$HOME'");
  const steps = ran.journal.filter(
    (event) => event.type.startsWith('step-') && 'node' in event && event.node === 'pve1',
  );
  expect(steps).toMatchObject([
    {
      type: 'step-started',
      step: '1/1',
      address: 'node/pve1@lab',
      cluster: 'lab',
      command: "echo 'grüße pve1' '$HOME'",
    },
    { type: 'step-finished', outcome: 'done', exit: 0, stdout: 'I am pve1\n' },
  ]);
  expect(recap(ran)).toMatchObject({ hosts: { pve1: { changed: 1 } }, commands: 3 });
});

test('a command that fails, and a host that is lost, are out', async () => {
  const answers: Readonly<Record<string, Result<Finished>>> = {
    pve1: ok({ exit: 2, stdout: Buffer.from(''), stderr: Buffer.from('no\n') }),
    pve2: fail({ code: 'x', severity: 'error', trouble: 'unreachable', message: 'Cannot reach pve2' }),
  };
  const ran = await run(
    '    - command: ls /x\n    - debug: { msg: on }\n',
    {},
    (host) => answers[host] ?? ok({ exit: 0, stdout: Buffer.from(''), stderr: Buffer.from('') }),
  );
  expect(results(ran)).toEqual(['command: pve1 failed pve2 unreachable pve3 changed', 'debug: pve3 ok "on"']);
  expect(ran.exit).toBe(3);
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
  const ran = await run(vm(101) + vm(102), { signal: interrupt.signal });
  expect(results(ran)).toEqual(['v101: pve1 ok pve2 changed pve3 ok']);
  expect([ran.exit, recap(ran)]).toMatchObject([130, { interrupted: true }]);
});

test('tags choose tasks; those of the play count too', async () => {
  const plays =
    '- hosts: all\n  tags: a\n  tasks:\n    - { name: one, debug: {} }\n    - { name: two, debug: {}, tags: [b, never] }\n- hosts: all\n  tasks:\n    - { name: three, debug: {}, tags: c }\n    - { name: four, debug: {}, tags: always }\n';
  const named = async (only: readonly string[], skip: readonly string[] = []) =>
    results(await run(plays, { tags: { only, skip } })).map((line) => line.split(':')[0]);
  expect(await named([])).toEqual(['one', 'three', 'four']);
  expect(await named(['a'])).toEqual(['one', 'two', 'four']);
  expect(await named(['b'])).toEqual(['two', 'four']);
  expect(await named(['c'], ['always'])).toEqual(['three']);
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
