import { expect, onTestFinished, test } from 'vitest';
import { land, launch } from '../../lab/src/pve/qm/run-state.ts';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';

const STATUS = '/etc/pve/ha/manager_status';
const COMMANDS = '/etc/pve/ha/crm_commands';

/**
 * HA's manager for VM 100, as recording ha-02 shows it: it takes up what resources.cfg and crm_commands ask for a while
 * later, and says in manager_status what has come of it. The lab has none.
 */
function manage(fleet: Fleet): void {
  const machineOf = (host: string) => {
    const found = fleet.lab.nodes.find((node) => node.host === host);
    if (found === undefined) throw new Error(`the lab has no ${host}`);
    return found.machine;
  };
  let state = { node: 'pve1', state: 'stopped' };
  const say = (next: typeof state): void => {
    state = next;
    const service = { ...state, uid: 'x', ...(state.state === 'started' && { running: 1 }) };
    machineOf('pve1').files.write(
      STATUS,
      JSON.stringify({ timestamp: 1, master_node: 'pve1', service_status: { 'vm:100': service } }),
    );
  };
  say(state);
  const timer = setInterval(() => {
    const { files } = machineOf('pve1');
    const [word, , argument = ''] = (files.read(COMMANDS) ?? '').trim().split(' ');
    if (word === 'stop') {
      land(machineOf(state.node), '100');
      files.write('/etc/pve/ha/resources.cfg', 'vm: 100\n\tstate stopped\n\n');
      say({ ...state, state: 'stopped' });
    } else if (word === 'migrate') {
      const from = `/etc/pve/nodes/${state.node}/qemu-server/100.conf`;
      const text = files.read(from) ?? '';
      land(machineOf(state.node), '100');
      files.remove(from);
      files.write(`/etc/pve/nodes/${argument}/qemu-server/100.conf`, text);
      launch(machineOf(argument), '100', new Map());
      say({ ...state, node: argument });
    } else if (state.state === 'stopped' && files.read('/etc/pve/ha/resources.cfg')?.includes('started')) {
      launch(machineOf(state.node), '100', new Map());
      say({ ...state, state: 'started' });
    }
    if (word !== undefined && word !== '') files.write(COMMANDS, '');
  }, 100);
  onTestFinished(() => clearInterval(timer));
}

test('a guest under HA is started, moved and stopped by HA, and it is waited for what comes of it', async () => {
  const fleet = await openFleet();
  await fleet.cli([
    'exec',
    'pve1',
    '--',
    'qm create 100 --name web --memory 64 && ha-manager add vm:100 --state stopped',
  ]);
  manage(fleet);
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
});
