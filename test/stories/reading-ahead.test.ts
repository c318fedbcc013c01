import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet, recap } from './fleet.ts';

/** Twenty tasks of all kinds that read: files, texts, directories, links, packages, units, a guest, and what is decided by facts. */
const TASKS = `
    - copy: { dest: /etc/motd, content: "hello {{ inventory_hostname }}\\n", mode: "0644" }
    - copy: { dest: /etc/kernel, content: "{{ ansible_kernel }}\\n", mode: "0644" }
    - template: { src: banner.j2, dest: /etc/issue.net, mode: "0644" }
    - file: { path: /srv/a/b, state: directory, mode: "0750" }
    - file: { path: /srv/a/link, src: /srv/a/b, state: link }
    - lineinfile: { path: /etc/hosts, line: "10.0.0.9 nine" }
    - lineinfile: { path: /etc/hosts, line: "10.0.0.10 ten" }
    - blockinfile: { path: /etc/hosts, block: "10.0.0.11 eleven\\n10.0.0.12 twelve" }
    - replace: { path: /etc/hosts, regexp: "nothing of this", replace: "x" }
    - copy: { dest: "/etc/{{ item }}", content: "{{ item }}\\n" }
      loop: [one, two, three]
    - stat: { path: /etc/motd }
      register: motd
    - assert: { that: ["motd.stat.mode == '0644'"] }
    - file: { path: /etc/never, state: absent }
      when: not motd.stat.exists
    - apt: { name: [pve-manager, qemu-server], state: present }
    - service: { name: pvedaemon, state: started }
    - command: { cmd: touch /srv/made, creates: /srv/made }
    - slurp: { src: /etc/motd }
    - set_fact: { said: "{{ motd.stat.size }}" }
    - file: { path: /srv/a/touched, state: file, mode: "0644" }
      when: ansible_os_family == "Debian"
    - vm: { vmid: "{{ 900 + (inventory_hostname | replace('pve', '') | int) }}", node: "{{ inventory_hostname }}", name: ahead }
`;

const playOf = (tasks: string): string => `- hosts: all\n  gather_facts: true\n  tasks:\n${tasks}`;

async function written(fleet: Fleet): Promise<string> {
  await fleet.write('banner.j2', 'Node {{ ansible_hostname }} of {{ pve.cluster }}\n');
  for (const { machine } of fleet.lab.nodes) machine.files.write('/srv/a/touched', '');
  return fleet.write('site.yml', playOf(TASKS));
}

/** What each node's SSH server was asked for while something was done. */
async function servedBy(fleet: Fleet, act: () => Promise<unknown>) {
  const before = fleet.lab.nodes.map(({ served }) => ({ ...served }));
  await act();
  return Object.fromEntries(
    fleet.lab.nodes.map(({ host, served }, index) => [
      host,
      `${served.connections - (before[index]?.connections ?? 0)} connections, ${served.execs - (before[index]?.execs ?? 0)} execs, ${served.sftp} sftp`,
    ]),
  );
}

const ONCE = '1 connections, 1 execs, 0 sftp';

test('a converged play of 20 tasks is one connection and one exec a host; what was changed is read again alone', async () => {
  const fleet = await openFleet();
  const playbook = await written(fleet);
  const first = await fleet.cli(['run', playbook]);
  expect(first.stderr).toBe('');
  expect(first.stdout).toBe('');
  let stdout = '';
  const run = async (...flags: string[]) => {
    const ran = await fleet.cli(['run', playbook, ...flags]);
    stdout = ran.stdout;
  };
  for (const flags of [[], ['--check'], ['--check', '--diff']]) {
    expect(await servedBy(fleet, () => run(...flags))).toEqual({ pve1: ONCE, pve2: ONCE, pve3: ONCE });
    expect(recap(stdout)).toEqual({
      pve1: 'ok=19   changed=0    failed=0    skipped=1    unreachable=0',
    });
  }
});
