import { expect, test } from 'vitest';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const PLAYBOOK = `- hosts: all
  tasks:
    - copy: { dest: /etc/motd, content: "{{ ansible_hostname }} of {{ pve.cluster }}\\n", mode: "0640" }
    - vm: { vmid: 900, node: pve1, name: ahead, memory: 512 }
    - stat: { path: /etc/pve/nodes/pve1/qemu-server/900.conf }
      register: config
    - assert: { that: config.stat.exists }
    - lineinfile: { path: /etc/hosts, line: "10.0.0.9 nine" }
    - file: { path: /etc/pve/local/made, state: directory }
`;

type Counts = readonly (readonly number[])[];

/** Connections, execs and sessions of SFTP of each node so far. */
const served = ({ lab }: Fleet): Counts =>
  lab.nodes.map(({ served: { connections, execs, sftp } }) => [connections, execs, sftp]);

const since = (fleet: Fleet, before: Counts): Counts =>
  served(fleet).map((counts, node) => counts.map((count, at) => count - (before[node]?.[at] ?? 0)));

test('a converged play of files and guests is one exec a node, without a lock; one node that differs is alone in it', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write('site.yml', PLAYBOOK);
  const first = await fleet.cli(['run', playbook]);
  expect(first.stdout).toMatch(/pve\[1-3\] : ok=6 changed=4 |pve1 +: ok=6 changed=4 /u);
  const before = served(fleet);
  const second = await fleet.cli(['run', playbook]);
  expect(second.stdout).toContain('Nothing changed');
  expect(since(fleet, before)).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [1, 1, 0],
  ]);
});

test('only hosts are connected to that a play has to do with: its own, whom it delegates to, and for guests their cluster', async () => {
  const fleet = await openFleet();
  const connected = async (task: string, ...words: readonly string[]): Promise<string> => {
    const playbook = await fleet.write(
      'site.yml',
      `- hosts: pve2\n  vars: { runs: "{{ pve.guests }}", own: "{{ pve.cluster }}" }\n  tasks:\n    - ${task}\n`,
    );
    const before = served(fleet);
    expect(await fleet.cli(['run', playbook, ...words])).toMatchObject({ exit: 0, stderr: '' });
    return since(fleet, before)
      .map(([connections]) => connections)
      .join(' ');
  };
  expect(await connected('command: "true"')).toBe('0 1 0');
  expect(await connected('debug: { msg: "{{ own }} {{ pve.version }}" }')).toBe('0 1 0');
  expect(await connected('{ command: "true", delegate_to: pve3 }')).toBe('0 1 1');
  expect(await connected('{ command: "true", delegate_to: "{{ groups.lab[0] }}" }')).toBe('1 1 0');
  expect(await connected('{ command: "true", delegate_to: "{{ item }}", loop: [pve2] }')).toBe('1 1 1');
  expect(await connected('debug: { msg: "{{ runs }}" }')).toBe('1 1 1');
  expect(await connected('debug: { msg: "{{ runs }}" }', '-l', 'pve2')).toBe('0 1 0');
  expect(await connected('vm: { vmid: 901, node: pve1, name: other, memory: 512 }')).toBe('1 1 1');
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/901.conf')).toContain('name: other');
});
