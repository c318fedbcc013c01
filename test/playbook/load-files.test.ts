import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listPlaybook, listedTags, listedTasks } from '../../src/playbook/list-playbook.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { valueOf } from './run-on-lab.ts';

const made: string[] = [];

afterEach(() => made.splice(0).forEach((directory) => rmSync(directory, { recursive: true })));

/** Writes files; gives the path of site.yml among them. */
function write(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'pvefleet-playbook-'));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return join(directory, 'site.yml');
}

/** Each error as "file:line:column message", paths from the playbook's directory. */
async function errorsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const file = write(files);
  const result = await loadPlaybook(file);
  return result.ok
    ? []
    : result.diagnostics.map(({ at, message }) =>
        `${at?.file}:${at?.line}:${at?.column} ${message}`.replaceAll(`${dirname(file)}/`, ''),
      );
}

const play = (lines: string): string => `- hosts: all\n${lines}`;

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'a file that includes itself',
    {
      'site.yml': play('  tasks: [{ include_tasks: a.yml }]\n'),
      'a.yml': '- include_tasks: b.yml\n',
      'b.yml': '- import_tasks: a.yml\n',
    },
    ['b.yml:1:3 Cannot include a.yml: a.yml includes b.yml includes a.yml, without an end'],
  ],
  [
    'a template file that does not parse',
    {
      'site.yml': play('  roles: [web]\n'),
      'roles/web/tasks/main.yml': '- template: { src: x.j2, dest: /etc/x }\n',
      'roles/web/templates/x.j2': 'one\n{% for x in [1] %}\n{{ x ) }}\n{% endfor %}\n',
    },
    [
      'roles/web/templates/x.j2:3:1 Cannot render "{{ x ) }}": syntax error: unexpected `)`, expected end of block',
    ],
  ],
  [
    'a template file with a line of options and blocks that keep their blanks, up to where it does not parse',
    {
      'site.yml': play('  tasks: [{ template: { src: x.j2, dest: /etc/x } }]\n'),
      'x.j2': '#jinja2: lstrip_blocks: True\n  {%+ if true %}\n{% endif +%}\n{{ x ) }}\n',
    },
    [expect.stringMatching(/^x\.j2:\d+:1 Cannot render "\{\{ x \) \}\}"/u)],
  ],
  [
    'a playbook that imports itself',
    { 'site.yml': '- import_playbook: other.yml\n', 'other.yml': '- import_playbook: site.yml\n' },
    ['other.yml:1:3 Cannot import site.yml: site.yml imports other.yml imports site.yml, without an end'],
  ],
  [
    'a role that needs itself',
    {
      'site.yml': play('  roles: [web]\n'),
      'roles/web/meta/main.yml': 'dependencies: [base]\n',
      'roles/base/meta/main.yml': 'dependencies: [{ role: web }]\n',
    },
    ['roles/base/meta/main.yml:1:16 Cannot use the role "web": it needs itself, without an end'],
  ],
  [
    'errors deep in a role, all of them',
    {
      'site.yml': play('  roles: [web]\n'),
      'roles/web/tasks/main.yml': '- debug: { msg: "{{ a | }}" }\n- vmm: {}\n- command: a\n  debug: {}\n',
      'roles/web/handlers/main.yml': '- block: []\n',
      'roles/web/defaults/main.yml': 'a: "{{ b"\n',
      'roles/web/vars/main.yml': '[a]\n',
    },
    [
      expect.stringMatching(/^roles\/web\/defaults\/main.yml:1:1 Cannot render "\{\{ b"/u),
      'roles/web/vars/main.yml:1:1 Cannot read roles/web/vars/main.yml: it is a list; a mapping is wanted',
      expect.stringMatching(/^roles\/web\/tasks\/main.yml:1:12 Cannot render/u),
      expect.stringMatching(/^roles\/web\/tasks\/main.yml:2:3 Cannot use "vmm" in a task/u),
      'roles/web/tasks/main.yml:4:3 Cannot read a task: it has "command" and "debug"; one module a task is wanted',
      'roles/web/handlers/main.yml:1:3 Cannot use a block as a handler: only tasks can be notified; "include_tasks" of a file with it would do',
    ],
  ],
  [
    'a handler that no one defines',
    {
      'site.yml': play(
        '  roles: [web]\n  tasks:\n    - command: a\n      notify: [restart web, restrat web]\n',
      ),
      'roles/web/handlers/main.yml': '- name: restart web\n  command: a\n  notify: nobody\n',
    },
    [
      'site.yml:5:29 Cannot notify "restrat web": no handler of this play has that name or listens to it; did you mean "restart web"?',
      'roles/web/handlers/main.yml:3:3 Cannot notify "nobody": no handler of this play has that name or listens to it',
    ],
  ],
  [
    'files that are not there, or not what they should be',
    {
      'site.yml': play(
        '  vars_files: [nowhere.yml, list.yml]\n  tasks:\n    - include_tasks: gone.yml\n    - include_role: { name: gone }\n    - import_role: { name: web, tasks_from: gone }\n',
      ),
      'list.yml': '- a\n',
      'roles/web/tasks/main.yml': '[]\n',
    },
    [
      'site.yml:2:16 Cannot read nowhere.yml: there is no such file',
      expect.stringMatching(/^site.yml:4:7 Cannot find the tasks "gone.yml": no such file is in \S+$/u),
      expect.stringContaining('site.yml:5:7 Cannot find the role "gone": there is no roles/gone, gone'),
      'site.yml:6:7 Cannot use "gone" of the role "web": there is no such file in its tasks',
      'list.yml:1:1 Cannot read list.yml: it is a list; a mapping is wanted',
    ],
  ],
  [
    'a template where a name must be known',
    { 'site.yml': play('  tasks: [{ import_tasks: "{{ a }}.yml" }]\n') },
    [
      'site.yml:2:13 Cannot import "{{ a }}.yml": it holds a template; a name that is known before the run is wanted',
    ],
  ],
  [
    'roles that lack a part, that return, and what an import can not have',
    {
      'site.yml': play(
        '  tasks:\n    - include_role: { name: web, vars_from: gone, defaults_from: gone, public: perhaps }\n    - import_role: { name: web, handlers_from: gone, public: true }\n    - include_role: { name: web, taks_from: x }\n',
      ),
      'roles/web/tasks/main.yml': '[]\n',
    },
    [
      'site.yml:3:7 Cannot use "gone" of the role "web": there is no such file in its defaults',
      'site.yml:3:7 Cannot use "gone" of the role "web": there is no such file in its vars',
      expect.stringMatching(/^site.yml:3:\d+ Cannot read "public": it is text; true or false is wanted$/u),
      'site.yml:4:7 Cannot use "gone" of the role "web": there is no such file in its handlers',
      expect.stringMatching(
        /^site.yml:4:\d+ Cannot use "public" in "import_role": there is no such keyword/u,
      ),
      expect.stringMatching(
        /^site.yml:5:\d+ Cannot use "taks_from" in "include_role": there is no such keyword; did you mean "tasks_from"\?$/u,
      ),
    ],
  ],
  [
    'older forms, defaults and orders that are wrong',
    {
      'site.yml': play(
        '  order: sortd\n  module_defaults: { comand: { chdir: /tmp }, debug: 3, group/aws: {} }\n  tasks:\n    - action: { msg: x }\n    - action: comand uptime\n    - local_action: 3\n    - action: debug msg=x\n      command: uptime\n    - debug: { mgs: x }\n  handlers:\n    - name: h\n      meta: flush_handlers\n',
      ),
    },
    [
      'site.yml:2:3 Cannot read "order": it is "sortd"; did you mean "sorted"?; one of inventory, reverse_inventory, sorted, reverse_sorted, shuffle is wanted',
      expect.stringMatching(
        /^site.yml:3:\d+ Cannot use "comand" in "module_defaults": there is no such module; did you mean "command"\?$/u,
      ),
      expect.stringMatching(
        /^site.yml:3:\d+ Cannot read "debug": it is a number; a mapping of arguments is wanted$/u,
      ),
      expect.stringMatching(
        /^site.yml:3:\d+ Cannot use "group\/aws" in "module_defaults": groups of modules are not supported yet$/u,
      ),
      'site.yml:5:7 Cannot read "action": it names no module; a module and its arguments are wanted',
      'site.yml:6:7 Cannot use "comand" in a task: there is no such keyword or module; did you mean "command"?',
      'site.yml:7:7 Cannot read "local_action": it is a number; a module and its arguments are wanted',
      'site.yml:9:7 Cannot read a task: it has "action" and "command"; one module a task is wanted',
      expect.stringMatching(
        /^site.yml:10:\d+ Cannot use "mgs" in "debug": there is no such argument; did you mean "msg"\?$/u,
      ),
      'site.yml:12:7 Cannot use "meta: flush_handlers" as a handler: handlers are being run already then; a handler can notify another one',
    ],
  ],
  [
    'keywords of a wrong type',
    {
      'site.yml': play(
        '  serial: [few]\n  max_fail_percentage: many\n  tasks:\n    - command: a\n      ignore_errors: perhaps\n      retries: often\n      until: 3\n      loop_control: { loopvar: a }\n    - meta: end_plya\n    - vm: { vmid: 100 }\n      throttle: 1\n',
      ),
    },
    [
      'site.yml:2:12 Cannot read "serial": it is "few"; a number of hosts or a percentage is wanted, as in serial: [1, 25%]',
      'site.yml:3:3 Cannot read "max_fail_percentage": it is "many"; a number from 0 to 100 is wanted',
      'site.yml:6:7 Cannot read "ignore_errors": it is text; true or false is wanted',
      'site.yml:7:7 Cannot read "retries": it is text; a number of 0 or more is wanted',
      'site.yml:8:7 Cannot read "until": it is a number; an expression or a list of them is wanted',
      'site.yml:9:7 Cannot use "loop_control" without a loop; "loop" is wanted',
      expect.stringMatching(
        /^site.yml:9:\d+ Cannot use "loopvar" in "loop_control": there is no such keyword; did you mean "loop_var"\?$/u,
      ),
      'site.yml:10:7 Cannot use "end_plya" in "meta": there is no such keyword; did you mean "end_play"?',
      expect.stringMatching(/^site.yml:1[12]:7 Cannot use "throttle" with "vm": not supported yet$/u),
    ],
  ],
])('%s: told with its place', async (_, files, expected) => {
  expect(await errorsOf(files)).toEqual(expected);
});

test('tasks and tags are listed as Ansible lists them', async () => {
  const file = write({
    'site.yml':
      '- name: Site\n  hosts: all\n  tags: site\n  roles: [web]\n  tasks:\n    - { name: mine, debug: {}, tags: [b, a] }\n    - { name: hidden, debug: {}, tags: never }\n',
    'roles/web/tasks/main.yml': '- { name: deep, debug: {} }\n',
  });
  const playbook = valueOf(await loadPlaybook(file));
  const all = { only: [], skip: [] };
  expect(listPlaybook(playbook, [listedTasks(all)])).toBe(
    `\nplaybook: ${file}\n\n  play #1 (all): Site\tTAGS: [site]\n    tasks:\n      web : deep\tTAGS: [site]\n      mine\tTAGS: [a, b, site]\n`,
  );
  expect(listPlaybook(playbook, [listedTags(all)])).toBe(
    `\nplaybook: ${file}\n\n  play #1 (all): Site\tTAGS: [site]\n      TASK TAGS: [a, b, site]\n`,
  );
});

test('names of vars_files by templates: facts of all nodes, of the play, of the files before, of -e', async () => {
  const file = write({
    'site.yml': play(
      '  vars: { kind: web }\n  vars_files: ["{{ kind }}.yml", "{{ of_web }}-{{ ansible_os_family }}.yml"]\n  tasks: [{ debug: }]\n',
    ),
    'web.yml': 'of_web: more\n',
    'db.yml': 'of_web: other\n',
    'more-Debian.yml': 'last: 1\n',
    'other-Debian.yml': 'last: 2\n',
    'bad.yml': play('  vars_files: "{{ nowhere }}.yml"\n'),
  });
  const last = async (extraVars = {}): Promise<unknown> =>
    valueOf(await loadPlaybook(file, { extraVars })).plays[0]?.fileVars['last'];
  expect([await last(), await last({ kind: 'db' })]).toEqual([1, 2]);
  expect(await loadPlaybook(join(dirname(file), 'bad.yml'))).toMatchObject({
    ok: false,
    diagnostics: [
      { message: expect.stringContaining('"nowhere" is not defined'), at: { line: 2, column: 3 } },
    ],
  });
});
