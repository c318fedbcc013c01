import { expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { loadPlaybook, parsePlaybook } from '../../src/playbook/load.ts';
import { tasksIn } from '../../src/playbook/playbook.ts';

/** Each error as "line:column message". */
function errorsOf(text: string): readonly string[] {
  const result = parsePlaybook(text, 'site.yml');
  return result.ok ? [] : result.diagnostics.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`);
}

const task = (lines: string): string => `- hosts: all\n  tasks:\n${lines}`;

test('the shipped playbook loads', async () => {
  const result = await loadPlaybook(fileURLToPath(new URL('../../playbooks/site.yml', import.meta.url)));
  expect(result.ok && tasksIn(result.value.plays[0]?.tasks ?? []).map(({ module }) => module)).toEqual([
    'vm',
    'vm',
    'container',
    'command',
    'debug',
  ]);
});

test('a play and its tasks, as written', () => {
  const result = parsePlaybook(
    `- name: Web
  hosts: [web, db]
  gather_facts: no
  vars: { a: 1 }
  tags: x,y
  tasks:
    - name: n
      ansible.builtin.command: uptime
      when: [a, b]
      loop: [1, 2]
      vars: { b: 2 }
      tags: z
    - debug:
`,
    'site.yml',
  );
  expect(result.ok ? result.value.plays : result.diagnostics).toMatchObject([
    {
      name: 'Web',
      hosts: { value: 'web:db' },
      vars: { a: 1 },
      tags: ['x', 'y'],
      tasks: [
        {
          name: 'n',
          module: 'command',
          args: { value: 'uptime' },
          settings: { when: [{ value: ['a', 'b'] }], vars: { b: 2 }, tags: ['x', 'y', 'z'] },
          loop: { items: { value: [1, 2] }, itemName: 'item' },
          at: { line: 7 },
        },
        { name: 'debug', module: 'debug', args: { value: null } },
      ],
    },
  ]);
});

test.each<[string, string, readonly string[]]>([
  ['an empty file', '', ['1:1 Cannot read the playbook site.yml: it is empty; a list of plays is wanted']],
  [
    'a mapping',
    'hosts: all\n',
    ['1:1 Cannot read the playbook site.yml: it is a mapping; a list of plays is wanted'],
  ],
  [
    'an empty list',
    '[]',
    ['1:1 Cannot read the playbook site.yml: it is an empty list; at least one play is wanted'],
  ],
  [
    'a play that is text',
    '- all\n',
    ['1:3 Cannot read play 1: it is text; a mapping with "hosts" and "tasks" is wanted'],
  ],
  [
    'no hosts',
    '- tasks: []\n',
    ['1:3 Cannot read play 1: it has no "hosts"; which hosts it is for is wanted, as in hosts: all'],
  ],
  [
    'hosts that are a number',
    '- hosts: 3\n',
    ['1:3 Cannot read "hosts": it is a number; names of hosts or groups are wanted'],
  ],
  [
    'hosts with a template',
    '- hosts: "{{ a ) }}"\n',
    [expect.stringMatching(/^1:3 Cannot render "\{\{ a \) \}\}": syntax error/u)],
  ],
  [
    'an unknown play keyword',
    '- hosts: all\n  task: []\n',
    ['2:3 Cannot use "task" in a play: there is no such keyword; did you mean "tasks"?'],
  ],
  [
    'a role that is not there',
    '- hosts: all\n  roles: [nowhere]\n',
    [expect.stringMatching(/^2:11 Cannot find the role "nowhere": there is no roles\/nowhere, nowhere$/u)],
  ],
  ['a module in a play', '- hosts: all\n  vm: {}\n', ['2:3 Cannot use "vm" in a play: it is a module']],
  [
    'tasks that are a mapping',
    '- hosts: all\n  tasks: {vm: 1}\n',
    ['2:3 Cannot read "tasks": it is a mapping; a list of tasks is wanted'],
  ],
  [
    'vars that are a list',
    '- hosts: all\n  vars: [a]\n',
    ['2:3 Cannot read "vars": it is a list; a mapping of names to values is wanted'],
  ],
  [
    'a variable with a dash',
    '- hosts: all\n  vars: {a-b: 1}\n',
    [
      '2:10 Cannot use "a-b" as a variable: a name is letters, digits and "_", and begins with no digit; "a_b" would do',
    ],
  ],
  [
    'gather_facts of a wrong type',
    '- hosts: all\n  gather_facts: 3\n',
    ['2:3 Cannot read "gather_facts": it is a number; true or false is wanted'],
  ],
  [
    'register without a name',
    task('    - command: uptime\n      register: a-b\n'),
    [
      '4:7 Cannot use "a-b" as a variable: a name is letters, digits and "_", and begins with no digit; "a_b" would do',
    ],
  ],
  [
    'with_ini',
    task('    - command: uptime\n      with_ini: a\n'),
    ['4:7 Cannot use "with_ini" in a task: not supported yet'],
  ],
  [
    'a block with a keyword of tasks',
    task('    - block: []\n      register: a\n'),
    ['4:7 Cannot use "register" in a block: there is no such keyword'],
  ],
  [
    'include_tasks',
    task('    - include_tasks: a.yml\n'),
    ['3:7 Cannot find the tasks "a.yml": no such file is in .'],
  ],
  [
    'a module of Ansible',
    task('    - ansible.builtin.iptables: {}\n'),
    ['3:7 Cannot use the module "ansible.builtin.iptables": not supported yet'],
  ],
  [
    'a module of a collection',
    task('    - community.general.proxmox_kvm: {}\n'),
    ['3:7 Cannot use the module "community.general.proxmox_kvm": not supported yet'],
  ],
  [
    'another module of a collection that has some of the tasks',
    task('    - ansible.posix.firewalld: {}\n    - community.general.sysctl: {}\n'),
    [
      '3:7 Cannot use the module "ansible.posix.firewalld": not supported yet',
      '4:7 Cannot use the module "community.general.sysctl": not supported yet',
    ],
  ],
  [
    'a module that is not here, in a task that may run',
    task(
      "    - { yum: { name: x }, when: ansible_os_family == 'Debian' }\n    - { yum: { name: x }, when: on_red_hat }\n",
    ),
    [
      '3:9 Cannot use the module "yum": not supported yet',
      '4:9 Cannot use the module "yum": not supported yet',
    ],
  ],
  [
    'a mistyped module',
    task('    - vmm: {}\n'),
    ['3:7 Cannot use "vmm" in a task: there is no such keyword or module; did you mean "vm"?'],
  ],
  [
    'a mistyped keyword',
    task('    - command: uptime\n      whne: a\n'),
    ['4:7 Cannot use "whne" in a task: there is no such keyword or module; did you mean "when"?'],
  ],
  [
    'no module',
    task('    - name: x\n'),
    [
      expect.stringMatching(
        /^3:7 Cannot read a task: it has no module; one of vm, container, .*, copy, .* is wanted$/u,
      ),
    ],
  ],
  [
    'two modules',
    task('    - command: uptime\n      debug: {}\n'),
    ['4:7 Cannot read a task: it has "command" and "debug"; one module a task is wanted'],
  ],
  [
    'a loop that is text',
    task('    - command: uptime\n      loop: webs\n'),
    [
      '4:7 Cannot read "loop": it is text; a list is wanted, or a template that gives one, as in loop: "{{ webs }}"',
    ],
  ],
  [
    'a when that is a number',
    task('    - command: uptime\n      when: 3\n'),
    ['4:7 Cannot read "when": it is a number; an expression or a list of them is wanted'],
  ],
  [
    'tags that are a mapping',
    task('    - command: uptime\n      tags: {a: 1}\n'),
    ['4:7 Cannot read "tags": it is a mapping; names are wanted, as in tags: [web, prod]'],
  ],
  [
    'a name that is a list',
    task('    - command: uptime\n      name: [a]\n'),
    ['4:7 Cannot read "name": it is a list; text is wanted'],
  ],
  [
    'an argument not supported yet',
    task('    - get_url: {url: a, dest: /b, tmp_dest: /c}\n'),
    ['3:35 Cannot use "tmp_dest" in "get_url": not supported yet'],
  ],
  [
    'a mistyped argument',
    task('    - debug: {msgs: a}\n'),
    ['3:15 Cannot use "msgs" in "debug": there is no such argument; did you mean "msg"?'],
  ],
  [
    'arguments that are text',
    task('    - vm: 100\n'),
    ['3:7 Cannot read the arguments of "vm": they are a number; a mapping is wanted'],
  ],
  [
    'a resource, though its number is a template',
    task('    - vm: {vmid: "{{ item }}", memry: "{{ m }}", onboot: perhaps}\n      loop: [1]\n'),
    [
      expect.stringMatching(/^3:32 .*qm has no option "memry"; did you mean "memory"\?$/u),
      expect.stringMatching(/^3:50 .*onboot/u),
    ],
  ],
  [
    'what work that goes on by itself can not be',
    task(
      '    - apt: { upgrade: dist }\n      async: 60\n      poll: 0\n    - vm: { vmid: 100 }\n      async: 60\n      no_log: true\n',
    ),
    [
      expect.stringMatching(/^5:7 Cannot leave "apt" to itself \(poll: 0\)/u),
      expect.stringMatching(/^6:7 Cannot use "no_log" with "vm": its plan is what is shown/u),
      '7:7 Cannot use "async" with "vm": not supported yet',
    ],
  ],
  [
    'wrong values of arguments',
    task('    - file: { path: relative, state: gone }\n    - command: ""\n'),
    [
      '3:15 Cannot read "file": "path" is wrong: it is "relative"; an absolute path is wanted',
      expect.stringMatching(/^3:31 Cannot read "file": "state" is wrong: it is "gone"/u),
      '4:7 Cannot read "command": it is empty; a command line is wanted',
    ],
  ],
  [
    'all errors at once',
    `- hosts: all\n  strategy: free\n  tasks:\n    - vmm: {}\n    - command: uptime\n      debugger: never\n- tasks: 3\n`,
    [
      '2:3 Cannot use the strategy "free": it is not supported yet; "linear", as without it, is',
      expect.stringContaining('4:7 '),
      '6:7 Cannot use "debugger" in a task: not supported yet',
      expect.stringContaining('7:3 Cannot read play 2: it has no "hosts"'),
      '7:3 Cannot read "tasks": it is a number; a list of tasks is wanted',
    ],
  ],
])('%s is refused with its place', (_, text, expected) => {
  expect(errorsOf(text)).toEqual(expected);
});

test('tasks by the names that they have in collections, and "package"', () => {
  const result = parsePlaybook(
    task(`    - ansible.posix.sysctl: { name: vm.swappiness, value: 10 }
    - community.general.timezone: { name: Etc/UTC }
    - ansible.builtin.package: { name: chrony }
`),
    'site.yml',
  );
  const loaded = result.ok ? tasksIn(result.value.plays[0]?.tasks ?? []) : [];
  expect(loaded.map(({ module }) => module)).toEqual(['sysctl', 'timezone', 'package']);
});

test('a syntax error shows the line', () => {
  const result = parsePlaybook('- hosts: all\n  tasks: [\n', 'site.yml');
  expect(result.ok ? [] : result.diagnostics).toMatchObject([
    { code: 'yaml/syntax', hint: expect.stringContaining('^') },
  ]);
});

test('a file that is not there', async () => {
  const result = await loadPlaybook('nowhere/site.yml');
  expect(result.ok ? [] : result.diagnostics).toMatchObject([
    { message: 'Cannot read the playbook nowhere/site.yml: there is no such file' },
  ]);
});

test('templates and conditions that cannot be read are all told, wherever they stand', () => {
  expect(
    errorsOf(`- hosts: all
  vars: { a: "{{ b | }}" }
  tasks:
    - vm:
        vmid: 100
        name: "web-{{ a"
      when: [b ==, "{{ c }} == 1"]
    - debug: { var: "a.(" }
      loop: "{{ webs | default([ }}"
      vars: { d: ["{% if a %}"] }
    - command: "echo {{ undefined_yet.so | ansible.builtin.upper }}"
      when: also_undefined.yet is ansible.builtin.match('x')
    - command: "echo {{ undefined_yet.so | no_filter }} {{ lookup('evn', 'HOME') }}"
      when: also_undefined.yet is not no_test or no_function(1) in [(1), 2]
      failed_when: "'x' in lookup('evn', 'HOME') or query('url', x)"
      changed_when: "'x' in lookup('env', 'HOME')"
    - command: "echo {{ d | community.general.json_query('x') }}"
      when: d is not ansible.utils.in_network 'x'
`),
  ).toEqual([
    expect.stringMatching(/^2:\d+ Cannot render "\{\{ b \| \}\}": syntax error: /u),
    expect.stringMatching(/^6:9 Cannot render "web-\{\{ a": syntax error: unexpected end of input/u),
    expect.stringMatching(/^7:14 Cannot render "b ==": syntax error: /u),
    '7:20 Cannot use "{{ c }} == 1" as a condition: it has braces; a condition is an expression already',
    expect.stringMatching(/^8:\d+ Cannot render "a\.\(": syntax error: /u),
    expect.stringMatching(/^9:7 Cannot render "\{\{ webs \| default\(\[ \}\}": syntax error: /u),
    expect.stringMatching(/^10:\d+ Cannot render "\{% if a %\}": syntax error: /u),
    `13:7 Cannot render "echo {{ undefined_yet.so | no_filter }} {{ lookup('evn', 'HOME') }}": there is no filter "no_filter"`,
    '14:7 Cannot render "also_undefined.yet is not no_test or no_function(1) in [(1), 2]": there is no test "no_test"',
    `15:7 Cannot render "'x' in lookup('evn', 'HOME') or query('url', x)": there is no lookup "evn"; did you mean "env"?`,
    `17:7 Cannot render "echo {{ d | community.general.json_query('x') }}": "community.general.json_query" is not supported yet`,
    `18:7 Cannot render "d is not ansible.utils.in_network 'x'": "ansible.utils.in_network" is not supported yet`,
  ]);
});

test('yes, no, on, off: booleans as in Ansible; words of PVE under a kind', () => {
  const result = parsePlaybook(
    `- hosts: all
  vars: { a: yes, b: Off, c: "no", d: 'on', e: 0644, f: 1:30, g: !unsafe "{{ x }}" }
  tasks:
    - set_fact: { a: on, b: [no, y] }
    - apt: { upgrade: yes, update_cache: on }
    - vm: { vmid: 100, onboot: yes, scsi0: { storage: local, size: 4G, discard: on }, tags: [on] }
      become: yes
`,
    'site.yml',
  );
  const [play] = result.ok ? result.value.plays : [];
  expect(play?.vars).toEqual({
    a: true,
    b: false,
    c: 'no',
    d: 'on',
    e: 644,
    f: '1:30',
    g: '{% raw %}{{ x }}{% endraw %}',
  });
  expect(tasksIn(play?.tasks ?? []).map(({ args }) => args.value)).toEqual([
    { a: true, b: [false, 'y'] },
    { upgrade: true, update_cache: true },
    { vmid: 100, onboot: 'yes', scsi0: { storage: 'local', size: '4G', discard: 'on' }, tags: ['on'] },
  ]);
});

test('a variable that says "on" without quotes may be a word of PVE', () => {
  expect(
    errorsOf(task('    - vm: { vmid: 100, scsi0: { storage: local, size: 4G, discard: true } }\n')),
  ).toEqual([]);
  expect(
    errorsOf(task('    - vm: { vmid: 100, scsi0: { storage: local, size: 4G, discard: false } }\n')),
  ).toEqual([expect.stringContaining('scsi0.discard: "0" is refused; one of ignore, on is wanted')]);
});

test('words that are nearly one, in the right words', () => {
  expect(
    errorsOf(
      task(`    - ansible.builtin.coppy: { src: a }
    - debug: { msg: x }
      with_item: [1]
    - debug: { msg: x }
      register: 9th
    - assert: { that: [a == 1, b ==] }
`),
    ),
  ).toEqual([
    '3:7 Cannot use "ansible.builtin.coppy" in a task: there is no such keyword or module; did you mean "copy"?',
    '5:7 Cannot use "with_item" in a task: there is no such keyword or module; did you mean "with_items"?',
    '7:7 Cannot use "9th" as a variable: a name is letters, digits and "_", and begins with no digit; "_9th" would do',
    expect.stringMatching(/^8:32 Cannot render "b ==": syntax error: /u),
  ]);
});
