import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const example = fileURLToPath(new URL('../../inventories/example.yml', import.meta.url));

describe('pvefleet inventory', () => {
  test('lists groups as node sets, and hosts with their addresses', async () => {
    expect(await runCli(['inventory', '--list', '-i', example])).toEqual({
      code: 0,
      stderr: '',
      stdout: `\
GROUP    HOSTS  NODE SET
all      4      backup1,pve[1-3]
proxmox  4      backup1,pve[1-3]
office   3      pve[1-3]
attic    1      backup1

HOST     ADDRESS               GROUPS
pve1     root@pve1             proxmox, office
pve2     root@pve2             proxmox, office
pve3     root@pve3             proxmox, office
backup1  root@192.0.2.41:2222  proxmox, attic
`,
    });
  });

  test("--json has Ansible's shape, of the hosts within the limit", async () => {
    const { code, stdout } = await runCli(['inventory', '--json', '-l', 'pve1:attic'], {
      PVEFLEET_INVENTORY: example,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      _meta: {
        hostvars: {
          pve1: { ansible_user: 'root' },
          backup1: { ansible_user: 'root', ansible_host: '192.0.2.41', ansible_port: 2222 },
        },
      },
      all: { children: ['ungrouped', 'proxmox'] },
      ungrouped: {},
      proxmox: { children: ['office', 'attic'] },
      office: { hosts: ['pve1'] },
      attic: { hosts: ['backup1'] },
    });
  });

  test('without an inventory it says how to give one', async () => {
    const { code, stderr } = await runCli(['inventory'], {});
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error: Cannot read an inventory: none is given; a file with hosts is wanted\n  Give it with -i FILE, or once: export PVEFLEET_INVENTORY=FILE\n',
    );
  });

  test('-i wins over PVEFLEET_INVENTORY', async () => {
    expect(await runCli(['inventory', '-i', example], { PVEFLEET_INVENTORY: '/nonexistent' })).toMatchObject({
      code: 0,
    });
  });

  test('a limit without hosts is an error', async () => {
    expect(await runCli(['inventory', '-i', example, '-l', 'ungrouped'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'Cannot select hosts by "all": --limit "ungrouped" leaves none of them',
      ),
    });
  });
});
