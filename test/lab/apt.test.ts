import { expect, onTestFinished, test } from 'vitest';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import { startLab } from '../../lab/src/lab.ts';

/** A fleet of three, and what a command on its first node says. */
async function fleet() {
  const lab = await startLab({ fleet: plainFleet(3, '9'), clock: () => 1_795_460_816 });
  onTestFinished(() => lab.close());
  const sh = async (command: string, node = 0): Promise<string> => {
    const ran = await lab.nodes[node]?.shell({
      command,
      stdin: Buffer.alloc(0),
      env: { PATH: '/usr/bin', LC_ALL: 'C.UTF-8' },
      signal: new AbortController().signal,
    });
    return `${ran?.stdout.toString() ?? ''}${ran?.stderr.toString() ?? ''}`;
  };
  return { lab, sh };
}

test('apt has what its sources lead to; a restart boots the newest kernel', async () => {
  const { lab, sh } = await fleet();
  expect(await sh('apt-get -s dist-upgrade | grep -c ^Inst')).toBe('0\n');
  expect(await sh('apt-get update')).toContain(
    'Hit:3 http://download.proxmox.com/debian/pve trixie InRelease',
  );
  expect(await sh('apt-get -s dist-upgrade | grep ^Inst')).toBe(`Inst proxmox-kernel-6.17 [6.17.13-1] (6.17.15-1 Proxmox:stable [amd64])
Inst proxmox-kernel-6.17.15-1-pve-signed (6.17.15-1 Proxmox:stable [amd64])
Inst pve-manager [9.2.11] (9.2.12 Proxmox:stable [amd64])
Inst qemu-server [9.2.6] (9.2.7 Proxmox:stable [amd64])
`); // prettier-ignore
  const held = lab.faults.add('pve1', { kind: 'lock', name: 'apt' });
  expect(await sh('apt-get -y dist-upgrade')).toContain('E: Could not get lock /var/lib/dpkg/lock-frontend');
  held();
  expect(await sh('apt-get -y dist-upgrade')).toContain('3 upgraded, 1 newly installed, 0 to remove');
  expect(await sh('dpkg-query -W qemu-server; apt-cache policy htop')).toContain(
    'qemu-server\t9.2.7\nhtop:\n  Installed: (none)\n  Candidate: 3.4',
  );
  expect(
    await sh(
      "echo 'deb https://enterprise.proxmox.com/debian/pve trixie pve-enterprise' > /etc/apt/sources.list; apt-get update",
    ),
  ).toContain('401  Unauthorized');
  const before = await sh('cat /proc/sys/kernel/random/boot_id; uname -r');
  await sh(
    'qm create 100 --memory 64 --onboot 1 && qm start 100; qm create 101 --memory 64 && qm start 101; systemctl stop pveproxy; shutdown -r now',
  );
  await expect.poll(() => sh('uname -r')).toBe('6.17.15-1-pve\n');
  await expect.poll(() => sh('qm list')).toMatch(/100 VM 100\s+running[\s\S]*101 VM 101\s+stopped/u);
  expect(await sh('cat /proc/sys/kernel/random/boot_id')).not.toContain(before.split('\n')[0]);
  expect(await sh('systemctl is-active pveproxy')).toBe('active\n');
});
