import { expect, test } from 'vitest';
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

test('a converged play of files and guests is one exec a node, without a lock; one node that differs is alone in it', async () => {
  const fleet = await openFleet();
  const playbook = await fleet.write('site.yml', PLAYBOOK);
  const first = await fleet.cli(['run', playbook]);
  expect(first.stdout).toMatch(/pve\[1-3\] : ok=6 changed=4 |pve1 +: ok=6 changed=4 /u);
  const served = () =>
    fleet.lab.nodes.map(({ served: { connections, execs, sftp } }) => [connections, execs, sftp]);
  const since = (before: readonly (readonly number[])[]) =>
    served().map((counts, node) => counts.map((count, at) => count - (before[node]?.[at] ?? 0)));
  const before = served();
  const second = await fleet.cli(['run', playbook]);
  expect(second.stdout).toContain('Nothing changed');
  expect(since(before)).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [1, 1, 0],
  ]);
});
