import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withLocalhost } from '../../src/inventory/localhost.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import { checkFixed } from '../../src/playbook/check-fixed.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { playHosts } from '../../src/playbook/play-hosts.ts';
import { valueOf } from './run-on-lab.ts';

/** What is complained of, as "line: message" with the directory left out, of a play of these tasks beside a file "files/here". */
async function complaints(tasks: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-fixed-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'files'));
  await writeFile(join(directory, 'files/here'), '');
  await writeFile(join(directory, 'site.yml'), `- hosts: all\n  tasks:\n${tasks}`);
  const named = valueOf(parseInventory('all: { hosts: { pve1: , pve2: } }', 'lab.yml'));
  const { inventory, nodes } = withLocalhost({ inventory: named, nodes: named.nodes }, ['localhost'], '/');
  const playbook = valueOf(await loadPlaybook(join(directory, 'site.yml')));
  const hosts = valueOf(playHosts(playbook, inventory, nodes, {}));
  return checkFixed(playbook, { inventory, hosts, tags: { only: [], skip: [] } }).map(
    ({ at, message }) => `${at?.line}: ${message.replaceAll(`${directory}/`, '')}`,
  );
}

test('files that are not there, and hosts to delegate to', async () => {
  expect(
    await complaints(`    - copy: { src: here, dest: /x }
    - copy: { src: nope, dest: /x }
    - template: { src: nope.j2, dest: /x }
    - script: nope.sh --all
    - unarchive: { src: nope.tgz, dest: /x }
    - include_vars: nope.yml
    - command: uptime
      delegate_to: pve3
`),
  ).toEqual([
    '4: Cannot find nope: it is at none of files/nope, nope',
    '5: Cannot find nope.j2: it is at none of templates/nope.j2, nope.j2',
    '6: Cannot find nope.sh: it is at none of files/nope.sh, nope.sh',
    '7: Cannot find nope.tgz: it is at none of files/nope.tgz, nope.tgz',
    '8: Cannot find nope.yml: it is at none of vars/nope.yml, nope.yml',
    '10: Cannot delegate "command" to "pve3": the inventory has no such host; did you mean "pve1"?',
  ]);
});

test('files that a template looks up by a fixed name', async () => {
  expect(
    await complaints(`    - debug: { msg: "{{ lookup('file', 'nope') }} {{ query('ansible.builtin.template', 'here', 'none.j2') }}" }
    - assert: { that: "lookup('file', 'no.txt') | length > 0" }
    - debug: { msg: "{{ lookup('file', 'here') }}{{ lookup('file', 'far', errors='ignore') }}{{ lookup('file', far) }}" }
    - debug: { msg: "{{ lookup('file', 'far') if far is defined else 'none' }}" }
    - debug: { msg: "{{ lookup('file', 'far') }}" }
      when: inventory_hostname == 'pve9'
`),
  ).toEqual([
    '3: Cannot find nope: it is at none of files/nope, nope',
    '3: Cannot find here: it is at none of templates/here, here',
    '3: Cannot find none.j2: it is at none of templates/none.j2, none.j2',
    '4: Cannot find no.txt: it is at none of files/no.txt, no.txt',
  ]);
});

test('nothing of what may not be needed, or is known only in the run', async () => {
  expect(
    await complaints(`    - copy: { src: nope, dest: /x }
      when: inventory_hostname == 'pve9'
    - unarchive: { src: /nope.tgz, dest: /x, remote_src: true }
    - unarchive: { src: /nope.tgz, dest: /x, copy: false }
    - unarchive: { src: nope.tgz, dest: /x, creates: /x/nope }
    - copy: { src: "{{ nope }}", dest: /x }
      ignore_errors: true
    - block:
        - include_vars: nope.yml
      rescue:
        - debug: { msg: none }
    - command: uptime
      delegate_to: "{{ groups.all[0] }}"
`),
  ).toEqual([]);
});

test.each([
  '    - fetch: { src: /etc/hosts, dest: fetched/, flat: true }\n',
  '    - local_action: command make fetched/hosts\n',
  '- hosts: localhost\n  tasks:\n    - command: make fetched/hosts\n- hosts: all\n  tasks:\n',
])('no files where the run may make some: %j', async (before) => {
  expect(await complaints(`${before}    - copy: { src: fetched/hosts, dest: /x }\n`)).toEqual([]);
});
