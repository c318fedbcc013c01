import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

test('this machine is a host of every playbook: of plays that name it, and for what is delegated to it', async () => {
  const fleet = await openFleet();
  const play = async (name: string, text: string): Promise<string> => {
    await writeFile(join(fleet.directory, name), text);
    return join(fleet.directory, name);
  };
  await mkdir(join(fleet.directory, 'group_vars'));
  await play('group_vars/all.yml', 'suffix_of_all: of-all\n');
  const note = join(fleet.directory, 'note');
  const site = await play(
    'site.yml',
    `- hosts: localhost
  remote_user: root
  tasks:
    - assert: { that: ["suffix_of_all == 'of-all'", "ansible_hostname == '${hostname().split('.')[0]}'", "group_names == []", "'localhost' not in groups.all"] }
    - set_fact: { suffix: of-here }
    - shell: "[ $PWD = ${fleet.directory} ]"
      changed_when: false
- hosts: pve1
  tasks:
    - vm: { vmid: 900, name: "vm-{{ hostvars['localhost'].suffix }}", node: pve1, memory: 64 }
    - name: note
      local_action: { module: copy, content: "{{ inventory_hostname }}\\n", dest: ${note} }
- hosts: all
  tasks:
    - copy: { src: ${note}, dest: /etc/note }
    - assert: { that: "inventory_hostname is match('pve')" }
`,
  );
  const first = await fleet.cli(['run', site]);
  expect(first).toMatchObject({ exit: 0, stderr: expect.not.stringContaining('error') });
  expect(first.stdout).toMatch(/^localhost +: ok=3 changed=0/mu);
  expect(await readFile(note, 'utf8')).toBe('pve1\n');
  expect(fleet.file('pve1', '/etc/pve/qemu-server/900.conf')).toContain('name: vm-of-here');
  // --limit leaves its plays out, as Ansible does.
  const again = await fleet.cli(['run', site, '-l', 'pve*', '--start-at-task', 'note']);
  expect(again).toMatchObject({ exit: 0 });
  expect(again.stdout).not.toMatch(/^localhost/mu);
  expect(again.stdout).toMatch(/^pve1 +: ok=3 changed=0/mu);
  const wrong = await play('wrong.yml', '- hosts: localhots\n  tasks: []\n');
  expect(await fleet.cli(['run', wrong])).toMatchObject({ exit: 1 });
});
