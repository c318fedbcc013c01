import { expect, test } from 'vitest';
import { taskPlaybook } from '../../src/cli/task-playbook.ts';

/** The task that words come to, or what is wrong with them and where. */
function taskOf(words: readonly string[], afterDashes?: readonly string[]): unknown {
  const playbook = taskPlaybook(words, afterDashes);
  if (!playbook.ok)
    return playbook.diagnostics.map(({ at, message }) =>
      at === undefined ? message : `${at.line}: ${message}`,
    );
  const [play] = playbook.value.plays;
  const [task] = play?.tasks ?? [];
  return task !== undefined && 'module' in task ? { [task.module]: task.args.value } : undefined;
}

test.each<[readonly string[], readonly string[] | undefined, unknown]>([
  [['all', 'apt', 'name=htop', 'state=latest'], undefined, { apt: { name: 'htop', state: 'latest' } }],
  [
    ['all', 'ansible.builtin.pong'],
    undefined,
    ['Cannot run a task: there is no task or kind "ansible.builtin.pong"'],
  ],
  [['all', 'command', 'uptime -p'], undefined, { command: { cmd: 'uptime -p' } }],
  [
    ['all', 'command', 'ls', '-l', 'a b', 'chdir=/tmp'],
    undefined,
    { command: { cmd: "ls -l 'a b'", chdir: '/tmp' } },
  ],
  [['all', 'shell', 'A=1 env | wc -l'], undefined, { shell: { cmd: 'A=1 env | wc -l' } }],
  [['all', 'command', 'chdir=/'], ['ls', '-l'], { command: { chdir: '/', cmd: 'ls -l' } }],
  [['all', 'debug'], undefined, { debug: {} }],
  [['all', 'file', '{path: /x, state: absent}'], undefined, { file: { path: '/x', state: 'absent' } }],
  [['all', 'file', 'path=/x', 'mode=0640'], undefined, { file: { path: '/x', mode: '0640' } }],
  [
    ['all', 'set_fact', 'a=[1, 2]', 'b=[x', 'c={"d": 1}'],
    undefined,
    { set_fact: { a: [1, 2], b: '[x', c: { d: 1 } } },
  ],
  [
    [
      'all',
      'vm',
      'vmid=101',
      'memory=2048',
      'description=',
      'onboot=true',
      'net0={model: virtio, bridge: vmbr0}',
      'name={{ x }}',
    ],
    undefined,
    {
      vm: {
        vmid: 101,
        memory: 2048,
        description: null,
        onboot: true,
        net0: { model: 'virtio', bridge: 'vmbr0' },
        name: '{{ x }}',
      },
    },
  ],
  [['all', 'vm', 'vmid=101', 'description=a: b'], undefined, { vm: { vmid: 101, description: 'a: b' } }],
])('%j %j', (words, afterDashes, task) => {
  expect(taskOf(words, afterDashes)).toEqual(task);
});

test.each<[readonly string[], string]>([
  [[], 'Cannot run a task: no hosts are named; PATTERN and KIND are wanted'],
  [['all'], 'Cannot run a task: no kind of task is named; PATTERN and KIND are wanted'],
  [['all', 'copi'], 'Cannot run a task: there is no task or kind "copi"; did you mean "copy"?'],
  [
    ['all', 'include_tasks', 'file=x'],
    'Cannot run a task: "include_tasks" changes the course of a playbook; a task that stands for itself is wanted',
  ],
  [['all', 'apt', 'htop'], 'Cannot run a task: "htop" is no key=value; an argument of "apt" is wanted'],
  [
    ['all', 'apt', 'name=x', 'stat=absent'],
    '4: Cannot use "stat" in "apt": there is no such argument; did you mean "state"?',
  ],
  [
    ['all', 'file', 'path=/x', 'state=gone'],
    '4: Cannot read "file": "state" is wrong: it is "gone"; one of absent, directory, file, hard, link, touch is wanted',
  ],
  [['all', 'command'], '2: Cannot read "command": either "cmd" or "argv" is wanted'],
  [
    ['all', 'vm', 'vmid=1'],
    '3: Cannot read vm/1: vmid is "1"; a number from 100 to 999999999, or auto, is wanted',
  ],
])('%j is refused', (words, message) => {
  expect(taskOf(words)).toEqual([message]);
});
