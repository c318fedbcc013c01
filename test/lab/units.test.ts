import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import { startLab, type Lab } from '../../lab/src/lab.ts';
import { connect, nodeOf, type Client } from './connect.ts';

let lab: Lab;
let client: Client;

beforeAll(async () => {
  lab = await startLab({ fleet: plainFleet(1, '9') });
  client = await connect(lab, 'pve1');
});

afterAll(async () => {
  client.end();
  await lab.close();
});

/** Resolves once a file has text. */
async function written(path: string): Promise<string> {
  for (;;) {
    const text = nodeOf(lab, 'pve1').machine.files.read(path);
    if (text !== undefined && text !== '') return text;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('a unit goes on after its connection, and so does a plain command, as without a terminal nothing tells it', async () => {
  const other = await connect(lab, 'pve1');
  await other.start('sleep 0.3; echo plain > /root/plain');
  await other.exec(
    'systemd-run --quiet --unit=long --collect --setenv=WHAT=unit sh -c \'sleep 0.4; echo "$WHAT" > /root/unit\'',
  );
  other.end();
  expect(await written('/root/unit')).toBe('unit\n');
  expect(await written('/root/plain')).toBe('plain\n');
});

it('a running unit is active, is a process, and its name is taken', async () => {
  await client.exec('systemd-run --quiet --unit=busy sleep 60');
  expect(await client.exec('systemctl is-active busy')).toMatchObject({ stdout: 'active\n', exit: 0 });
  const pid = (await client.exec('systemctl show -p MainPID --value busy.service')).stdout.trim();
  expect((await client.exec(`cat /proc/${pid}/cmdline`)).stdout).toBe('sleep\u000060\u0000');
  expect(await client.exec('systemd-run --unit=busy true')).toEqual(
    expect.objectContaining({
      stderr:
        'Failed to start transient service unit: Unit busy.service was already loaded or has a fragment file.\n',
      exit: 1,
    }),
  );
  expect((await client.exec('systemctl stop busy; systemctl is-active busy')).stdout).toBe('inactive\n');
  expect((await client.exec(`ls /proc/${pid}`)).exit).toBe(2);
});

it('a failed unit stays loaded unless it was to be collected', async () => {
  expect((await client.exec('systemd-run --quiet --wait --unit=bad sh -c "exit 7"')).exit).toBe(7);
  expect((await client.exec('systemctl show -p ActiveState,ExecMainStatus,Result bad')).stdout).toBe(
    'Result=exit-code\nExecMainStatus=7\nActiveState=failed\n',
  );
  expect((await client.exec('systemd-run --unit=bad true')).exit).toBe(1);
  expect(
    (await client.exec('systemctl reset-failed bad; systemd-run --quiet --wait --unit=bad true')).exit,
  ).toBe(0);
  await client.exec('systemd-run --quiet --wait --collect --unit=bad sh -c "exit 7"');
  expect((await client.exec('systemctl show -p LoadState bad')).stdout).toBe('LoadState=not-found\n');
});

it('a unit writes its output where it is told', async () => {
  await client.exec(
    'systemd-run --quiet --wait -p StandardOutput=file:/root/out -p StandardError=append:/root/err sh -c "echo o; echo e >&2"',
  );
  expect((await client.exec('cat /root/out /root/err')).stdout).toBe('o\ne\n');
});

it('what systemd-run does not simulate is refused', async () => {
  expect(await client.exec('systemd-run --on-active=60 true')).toMatchObject({
    stderr: "systemd-run: the lab does not simulate the option '--on-active=60'\n",
    exit: 1,
  });
});
