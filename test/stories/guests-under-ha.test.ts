import { expect, test } from 'vitest';
import { openFleet } from './fleet.ts';

test('a guest under HA is started, moved and stopped by HA, and it is waited for what comes of it', async () => {
  const fleet = await openFleet(undefined, { haSeconds: 0.1 });
  await fleet.cli([
    'exec',
    'pve1',
    '--',
    'qm create 100 --name web --memory 64 && ha-manager add vm:100 --state stopped',
  ]);
  const done = async (...args: readonly string[]): Promise<string> => {
    const ran = await fleet.cli([...args, '--yes']);
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    return ran.stdout;
  };

  expect(await done('start', '100')).toContain('pve1$ ha-manager set vm:100 --state started');
  expect(await done('migrate', '100', '--target', 'pve2', '--online')).toContain(
    'pve1$ ha-manager crm-command migrate vm:100 pve2',
  );
  const listed = await fleet.cli(['ls', 'guests', '-o', 'json']);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ vmid: 100, node: 'pve2', status: 'running' }]);

  const refused = await fleet.cli(['shutdown', '100', '--yes']);
  expect(refused).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('HA stops it hard when it is not down after 60 s'),
  });
  expect(await done('shutdown', '100', '--force-stop')).toContain(
    'pve2$ ha-manager crm-command stop vm:100 60',
  );
  expect(fleet.file('pve1', '/etc/pve/ha/resources.cfg')).toContain('state stopped');

  // HA forgets what it is told of a guest that it has not taken up yet.
  await fleet.cli([
    'exec',
    'pve1',
    '--',
    'qm create 101 --name gone --memory 64 && qm start 101 && ha-manager add vm:101',
  ]);
  const gone = await fleet.write(
    'gone.yml',
    'vms: [{ vmid: 101, state: absent, purge: yes, forceStop: yes }]\n',
  );
  expect(await done('apply', gone, '--allow-destroy')).toContain(
    'pve1$ ha-manager crm-command stop vm:101 60',
  );
  expect(fleet.file('pve1', '/etc/pve/nodes/pve1/qemu-server/101.conf')).toBeUndefined();
  expect(fleet.file('pve1', '/etc/pve/ha/resources.cfg')).not.toContain('101');
});
