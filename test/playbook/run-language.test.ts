import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Event, ReportEvent } from '../../src/apply/event.ts';
import { isLive } from '../../src/apply/event.ts';
import { fail, ok } from '../../src/diagnostic.ts';
import { runHtml } from '../../src/report/html/run-html.ts';
import { runJunit } from '../../src/report/run-junit.ts';
import { toAnsibleJson } from '../../src/inventory/ansible-json.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { parsePlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import type { Finished } from '../../src/transports/transport.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commands, messages, recap, results, run, runLoaded, valueOf } from './run-on-lab.ts';

test('no_log hides the command, its output and what it says, in events and journal; register has it', async () => {
  const ran = await run(`- hosts: pve1
  tasks:
    - name: secret
      command: echo hunter22
      no_log: true
      register: out
    - name: fails
      command: "{{ nowhere }} hunter22"
      no_log: true
      ignore_errors: true
    - debug: { msg: "{{ out.stdout | length }}" }
`);
  expect(JSON.stringify([ran.events, ran.journal])).not.toMatch(/hunter22|I am pve1/u);
  expect(results(ran).at(-1)).toBe('debug: pve1 ok "9"');
  expect(ran.exit).toBe(0);
});

test('become and become_user decide who runs a command; what is written nearer wins', async () => {
  const ran = await run(`- hosts: pve1
  become: true
  tasks:
    - command: one
    - command: two
      become_user: www-data
    - command: three
      become: false
`);
  expect(ran.sent.map((one) => one.replace(/: [\s\S]*\n(?<command>\w+) <.*\n$/u, ' $<command>'))).toEqual([
    'pve1 as root one',
    'pve1 as www-data two',
    'pve1 as itself three',
  ]);
});

test('facts are what the survey knows, by their names in Ansible, and pve', async () => {
  const ran = await run(`- hosts: pve1
  tasks:
    - debug: { msg: "{{ ansible_hostname }} {{ ansible_facts.os_family }} {{ ansible_distribution_major_version }} {{ pve.cluster }} {{ pve.quorate }} {{ pve.node }} {{ pve.nodes | length }} {{ hostvars.pve2.ansible_hostname }}" }
    - debug: { msg: "{{ pve.storages | map(attribute='storage') | join(',') }} {{ pve.guests | length }}" }
- hosts: pve1
  gather_facts: false
  tasks:
    - debug: { msg: "{{ ansible_hostname }}" }
`);
  expect(results(ran)).toEqual([
    'debug: pve1 ok "pve1 Debian 13 lab True pve1 3 pve2"',
    expect.stringMatching(/^debug: pve1 ok "local[\w,-]* \d+"$/u),
    'debug: pve1 failed',
  ]);
});

test('modules that gather facts give them to the host, whether the play gathers any or not', async () => {
  const read = (text: string): Finished => ({ exit: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) });
  const said = Buffer.from('bash\t5.2\tamd64\tshells\tinstalled\n').toString('base64');
  const dpkg = `@now 1\n@read 0\nexit 0\nsaid YW1kNjQ=\n@read 1\nexit 0\nsaid ${said}\n@end\n`;
  let surveys = 0;
  const ran = await run(
    `- hosts: all
  gather_facts: false
  tasks:
    - setup: { filter: ansible_hostname }
    - package_facts:
    - debug: { msg: "{{ ansible_hostname }} {{ ansible_facts.packages.bash[0].version }} {{ packages | length }} {{ ansible_facts.hostname }} {{ ansible_facts.kernel | default('-') }} {{ hostvars.pve2.packages | length }}" }
- hosts: pve1
  tasks:
    - debug: { msg: "{{ 'bash' in ansible_facts.packages }} {{ ansible_facts.os_family }} {{ services | default('none') }}" }
`,
    {
      resurvey: () => {
        surveys++;
        return Promise.resolve(labSurvey());
      },
    },
    () => ok(read(dpkg)),
  );
  expect(messages(ran)).toEqual([]);
  expect(results(ran).slice(2)).toEqual([
    'debug: pve1 ok "pve1 5.2 1 pve1 - 1" pve2 ok "pve2 5.2 1 pve2 - 1" pve3 ok "pve3 5.2 1 pve3 - 1"',
    'debug: pve1 ok "True Debian none"',
  ]);
  expect(surveys).toBe(1);
});

test('ansible_limit is what --limit says, and is not there without it', async () => {
  const tasks = '- hosts: pve1\n  tasks:\n    - debug: { msg: "{{ ansible_limit | default(\'all\') }}" }\n';
  expect(results(await run(tasks, { limit: 'lab:!pve2' }))).toEqual(['debug: pve1 ok "lab:!pve2"']);
  expect(results(await run(tasks))).toEqual(['debug: pve1 ok "all"']);
});

test('start-at-task leaves out what is before it; a question before each task may too', async () => {
  const plays =
    '- hosts: pve1\n  tasks:\n    - { name: one, debug: {} }\n    - { name: two, debug: {} }\n- hosts: pve1\n  tasks:\n    - { name: three, debug: {} }\n';
  const names = async (options: Parameters<typeof run>[1]) =>
    results(await run(plays, options)).map((line) => line.split(':')[0]);
  expect(await names({ startAtTask: 'two' })).toEqual(['two', 'three']);
  const includes =
    '- hosts: pve1\n  tasks:\n    - { name: one, debug: {} }\n    - { name: all, include_tasks: said.yml, vars: { what: x } }\n    - { name: two, debug: {} }\n';
  const directory = fileURLToPath(new URL('language/parts', import.meta.url));
  const playbook = valueOf(parsePlaybook(includes, join(directory, 'site.yml')));
  const begun = results(await runLoaded(playbook, { directory, startAtTask: 'all' }));
  expect(begun.map((line) => line.split(':')[0])).toEqual(['all', 'said', 'two']);
  expect(await names({ mayRun: (task) => Promise.resolve(task !== 'two') })).toEqual(['one', 'three']);
});

test('a task of another system, whose module is not here, is skipped', async () => {
  const ran = await run(`    - yum: { name: x }
      when: ansible_os_family == 'RedHat'
    - when: ansible_facts['pkg_mgr'] != 'apt'
      block:
        - { name: in a block, community.general.pacman: { name: x } }
    - { name: with its own arguments, package: { name: x, enablerepo: epel }, when: ansible_os_family == 'RedHat' }
    - { name: elsewhere, include_tasks: setup-RedHat.yml, when: "ansible_distribution in ['CentOS', 'Fedora']" }
    - debug: {}
`);
  expect(results(ran)).toEqual([
    'yum: pve1 skipped pve2 skipped pve3 skipped',
    'in a block: pve1 skipped pve2 skipped pve3 skipped',
    'with its own arguments: pve1 skipped pve2 skipped pve3 skipped',
    'elsewhere: pve1 skipped pve2 skipped pve3 skipped',
    'debug: pve1 ok "Hello world!" pve2 ok "Hello world!" pve3 ok "Hello world!"',
  ]);
});

test.each([
  ['gives no answer', { code: 'x', trouble: 'unreachable' }],
  ['is lost while a command runs', { code: 'transport/connection-lost', trouble: 'failed' }],
] as const)(
  'a host that %s takes no part in rescue and always; ignore_unreachable keeps it',
  async (_, how) => {
    const lost = fail({ ...how, severity: 'error', message: 'Cannot reach it' });
    const ran = await run(
      `    - block:
        - command: uptime
          when: inventory_hostname != 'pve3' or late is defined
      rescue:
        - { name: rescue, debug: {} }
      always:
        - { name: always, debug: {} }
    - command: uptime
      ignore_unreachable: true
      when: inventory_hostname == 'pve3'
      register: out
    - debug: { msg: "{{ out is unreachable }}" }
`,
      {},
      (host) => (host === 'pve1' ? ok({ exit: 0, stdout: Buffer.from(''), stderr: Buffer.from('') }) : lost),
    );
    expect(results(ran)).toEqual([
      'command: pve1 changed pve2 unreachable pve3 skipped',
      'always: pve1 ok "Hello world!" pve3 ok "Hello world!"',
      'command: pve1 skipped pve3 ok "unreachable, and ignored"',
      'debug: pve1 ok "false" pve3 ok "true"',
    ]);
    expect(recap(ran)).toMatchObject({
      hosts: { pve2: { unreachable: 1, failed: 0 }, pve3: { ignored: 1 } },
    });
  },
);

test.each([
  [
    'go on without it',
    '',
    [
      'one: pve1 changed pve2 changed pve3 unreachable',
      'two: pve1 changed pve2 changed',
      'next: pve1 changed pve2 changed',
    ],
  ],
  [
    'stop, and the next play too, where any_errors_fatal says so',
    '  any_errors_fatal: true\n',
    ['one: pve1 changed pve2 changed pve3 unreachable'],
  ],
])('a host is lost in the middle of a play: the others %s', async (_, fatal, lines) => {
  const lost = fail({ code: 'x', severity: 'error', trouble: 'unreachable', message: 'Cannot reach it' });
  const done = ok({ exit: 0, stdout: Buffer.from(''), stderr: Buffer.from('') });
  const tasks = '[{ name: one, command: a }, { name: two, command: b }]';
  const next = '- hosts: all\n  tasks: [{ name: next, command: c }]\n';
  const answer = (host: string) => (host === 'pve3' ? lost : done);
  const ran = await run(`- hosts: all\n${fatal}  tasks: ${tasks}\n${next}`, {}, answer);
  expect(results(ran)).toEqual(lines);
  expect(ran.exit).toBe(4);
  expect(messages(ran)).toEqual(['pve3: Cannot reach it']);
  expect(recap(ran)).toMatchObject({ hosts: { pve1: { failed: 0 }, pve3: { ok: 0, unreachable: 1 } } });
  const [, ...rest] = lines;
  // Ansible: also past a rescue, which is for failures.
  const caught = `- hosts: all\n${fatal}  tasks: [{ block: ${tasks}, rescue: [{ name: mend, debug: }] }]\n${next}`;
  expect(results(await run(caught, {}, answer)).slice(1)).toEqual(rest);
});

test('a resource task has a result, notifies and is rescued like any other', async () => {
  const ran = await run(
    `- hosts: pve1
  tasks:
    - block:
        - vm: { vmid: 901, name: web, cores: 2 }
          register: made
          notify: told
        - debug: { msg: "{{ made is changed }} {{ made.failed }}" }
        - vm: { vmid: 902, name: bad, node: nowhere }
      rescue:
        - debug: { msg: "{{ ansible_failed_task.action }} {{ ansible_failed_result is failed }}" }
  handlers:
    - { name: told, debug: { msg: told } }
`,
    { check: true },
  );
  expect(commands(ran)).toEqual([expect.stringContaining('on pve1')]);
  expect(results(ran).map((line) => line.split(': ').slice(1).join(': '))).toEqual([
    'pve1 changed',
    'pve1 ok "True False"',
    'pve1 failed',
    'pve1 ok "vm True"',
    'pve1 ok "told"',
  ]);
  expect(ran.exit).toBe(0);
});

test('the hosts of a play by a template: with -e, with the variables of the play, with what gives no names', async () => {
  const names = async (lines: string, extraVars = {}) => {
    const ran = await run(`- hosts: ${lines}\n  tasks: [{ debug: }]\n`, { extraVars });
    return results(ran)[0]?.match(/pve\d/gu);
  };
  const target = `"{{ target | default('pve1') }}"`;
  expect(await names(target)).toEqual(['pve1']);
  expect(await names(target, { target: 'lab:!pve2' })).toEqual(['pve1', 'pve3']);
  expect(await names('[pve2, "{{ third }}"]\n  vars: { third: pve3 }')).toEqual(['pve2', 'pve3']);
  expect(await names(target, { target: ['pve2', 'pve1'] })).toEqual(['pve2', 'pve1']);
  await expect(names('"{{ nope }}"')).rejects.toThrow('"nope" is not defined');
  await expect(names(target, { target: 3 })).rejects.toThrow('it gives no names');
});

test('timeout is the time that a command may take; a block has it for what is in it, and 0 is no limit', async () => {
  const given: (number | undefined)[] = [];
  await run(
    `- hosts: pve1
  tasks:
    - timeout: 7
      block:
        - command: one
        - { command: two, timeout: "{{ 2 + 1 }}" }
        - { command: three, timeout: 0 }
    - command: four
`,
    {
      exec: (_host, _script, options) => {
        given.push(options?.timeoutSeconds);
        return Promise.resolve(ok({ exit: 0, stdout: Buffer.from(''), stderr: Buffer.from('') }));
      },
    },
  );
  expect(given).toEqual([7, 3, 3600, 3600]);
});

test('no_log hides what a loop goes over and what would be done, too', async () => {
  const ran = await run(
    `- hosts: pve1
  tasks:
    - copy: { dest: "/etc/{{ item }}", content: hunter22 }
      loop: [hunter22]
      no_log: true
      diff: true
    - debug: { msg: hunter22 }
      no_log: true
    - fail: { msg: hunter22 }
      no_log: true
`,
    { diff: true, check: true },
  );
  expect(JSON.stringify([ran.events, ran.journal])).not.toContain('hunter22');
});

test('check mode: a task may be run for real, and another never', async () => {
  const plays =
    '- hosts: pve1\n  tasks:\n    - { command: one, check_mode: false }\n    - { command: two, check_mode: true }\n    - { command: three }\n';
  const sent = async (check: boolean) =>
    (await run(plays, { check })).sent.map((one) => /\n(?<word>\w+) </u.exec(one)?.groups?.['word']);
  expect(await sent(true)).toEqual(['one']);
  expect(await sent(false)).toEqual(['one', 'three']);
});

test('what is delegated runs on the other host; one that is not in the run is an error', async () => {
  const ran = await run(
    `    - command: "echo {{ inventory_hostname }}"
      delegate_to: pve2
      throttle: 1
    - command: uptime
      delegate_to: elsewhere
`,
  );
  expect(ran.sent.map((one) => one.split(': ')[0])).toEqual(['pve2', 'pve2', 'pve2']);
  expect(messages(ran)[0]).toBe('pve1: Cannot delegate "command" to "elsewhere": it is no host of this run');
});

test('a failure that is rescued is told as rescued, in no report as a failure', async () => {
  const lines = (task: string): string => `- hosts: pve1
  tasks:
    - block: [{ name: try, fail: { msg: it broke } }]
      rescue: [{ name: mend, ${task} }]
`;
  const { exit, events } = await run(lines('debug: {}'));
  expect(exit).toBe(0);
  const told = events.filter(isEvent);
  const xml = runJunit(told);
  expect(xml).toContain('tests="2" failures="0" errors="0"');
  expect(xml).toMatch(/classname="try" name="pve1"[^]*rescued\s+it broke/u);
  const page = runHtml(told);
  expect(page).toContain('<b>rescued</b>: pve1');
  expect(page).not.toContain('What failed');
  const again = (await run(lines('fail: { msg: worse }'))).events.filter(isEvent);
  expect(runJunit(again)).toContain('tests="2" failures="1" errors="0"');
  expect(runHtml(again)).toContain('What failed');
});

const isEvent = (event: ReportEvent): event is Event => !isLive(event);

test('a loop that hides the item of a loop around it is warned of, once a task', async () => {
  const directory = fileURLToPath(new URL('language', import.meta.url));
  const text =
    '- hosts: all\n  tasks:\n    - include_tasks: parts/nested.yml\n      vars: { outer: x }\n      loop: [1]\n';
  const ran = await runLoaded(valueOf(parsePlaybook(text, join(directory, 'site.yml'))), { directory });
  const warned = ran.events.flatMap((event) => (event.type === 'diagnostic' ? [event.diagnostic] : []));
  expect(warned).toMatchObject([
    {
      severity: 'warning',
      message:
        'Cannot see the variable "item" inside the loop of "include_tasks": its items have that name; a name of their own is wanted',
      hint: 'Give them one: loop_control: { loop_var: NAME }',
    },
  ]);
  expect(ran.exit).toBe(0);
});

test('texts of the inventory that are no templates stay as they are', async () => {
  const inventory = valueOf(
    parseInventory('all: { hosts: { pve1: { raw: !unsafe "{{ no }}", list: [!unsafe "{% x"] } } }', 'h.yml'),
  );
  const playbook = valueOf(
    parsePlaybook('- hosts: all\n  tasks:\n    - debug: { msg: "{{ raw }} {{ list[0] }}" }\n', 'site.yml'),
  );
  const hosts = valueOf(playHosts(playbook, inventory, inventory.nodes, {}));
  const ran = await runLoaded(playbook, { inventory, hosts });
  expect(results(ran)).toEqual(['debug: pve1 ok "{{ no }} {% x"']);
  expect(toAnsibleJson(inventory, inventory.nodes)).toMatchObject({
    _meta: {
      hostvars: { pve1: { raw: { __ansible_unsafe: '{{ no }}' }, list: [{ __ansible_unsafe: '{% x' }] } },
    },
  });
});
