import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import { parseFault } from '../../lab/src/fleet/faults.ts';
import { startLab, type Lab } from '../../lab/src/lab.ts';
import { connect, nodeOf } from './connect.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ fleet: plainFleet(3, '9') });
});
afterEach(() => lab.faults.clear());
afterAll(() => lab.close());

it('a dead node refuses connections, its cluster sees it offline, and it can come back', async () => {
  const before = await connect(lab, 'pve3');
  const running = before.exec('sleep 60');
  lab.faults.add('pve3', { kind: 'dead' });
  expect((await running).exit).toBeUndefined();
  await expect(connect(lab, 'pve3')).rejects.toThrow(/ECONNREFUSED/);
  const pve1 = await connect(lab, 'pve1');
  expect((await pve1.exec('grep pve3 /etc/pve/.members')).stdout).toContain('"online": 0');
  lab.faults.clear();
  const again = await connect(lab, 'pve3');
  expect((await again.exec('hostname')).stdout).toBe('pve3\n');
  again.end();
  pve1.end();
});

async function listenOn(port: number) {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  const [error] = await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(
    (why: unknown) => [why],
  );
  return error === undefined ? server : undefined;
}

it('a node that comes back waits for its port, where another has it by then', async () => {
  lab.faults.add('pve3', { kind: 'dead' });
  // The node's own server takes a moment to leave it.
  const other = await vi.waitUntil(() => listenOn(nodeOf(lab, 'pve3').port), { timeout: 10_000 });
  lab.faults.clear();
  await expect(connect(lab, 'pve3')).rejects.toThrow(/ECONNRESET|before handshake|closed/);
  other.close();
  const again = await vi.waitUntil(() => connect(lab, 'pve3').catch(() => undefined), { timeout: 10_000 });
  again.end();
});

it('a majority of dead nodes takes the quorum, and /etc/pve is read-only', async () => {
  const pve1 = await connect(lab, 'pve1');
  lab.faults.add('pve2', { kind: 'dead' });
  expect((await pve1.exec('touch /etc/pve/x && rm /etc/pve/x')).exit).toBe(0);
  lab.faults.add('pve3', { kind: 'dead' });
  expect(await pve1.exec('touch /etc/pve/x')).toMatchObject({
    stderr: "touch: cannot touch '/etc/pve/x': Permission denied\n",
    exit: 1,
  });
  expect((await pve1.exec('grep quorate /etc/pve/.members')).stdout).toContain('"quorate": 0');
  expect((await pve1.exec('stat -c %a /etc/pve/storage.cfg')).stdout).toBe('440\n');
  pve1.end();
});

it('quorum can be lost alone', async () => {
  const pve1 = await connect(lab, 'pve1');
  const mend = lab.faults.add('lab', { kind: 'no-quorum' });
  expect((await pve1.exec('echo x > /etc/pve/x')).exit).toBe(1);
  mend();
  expect((await pve1.exec('echo x > /etc/pve/x; rm /etc/pve/x')).exit).toBe(0);
  pve1.end();
});

it('a connection breaks at a command, which does not run', async () => {
  lab.faults.add('pve1', { kind: 'cut-at', text: '/root/never' });
  const client = await connect(lab, 'pve1');
  expect((await client.exec('touch /root/never')).exit).toBeUndefined();
  expect(nodeOf(lab, 'pve1').machine.files.exists('/root/never')).toBe(false);
});

it('a connection breaks after some bytes', async () => {
  lab.faults.add('pve1', { kind: 'cut', bytes: 20_000 });
  const client = await connect(lab, 'pve1');
  expect((await client.exec('echo short')).exit).toBe(0);
  const { stdout, exit } = await client.exec('seq 1 100000');
  expect(exit).toBeUndefined();
  expect(stdout.length).toBeLessThan(20_000);
});

it('a key can be refused, and a host key be another', async () => {
  lab.faults.add('pve1', { kind: 'no-login' });
  lab.faults.add('pve2', { kind: 'host-key' });
  await expect(connect(lab, 'pve1')).rejects.toThrow(/authentication/i);
  await expect(connect(lab, 'pve2')).rejects.toThrow(/host/i);
});

it('latency delays each round trip and changes nothing else', async () => {
  lab.faults.add('pve1', { kind: 'latency', milliseconds: 20 });
  const client = await connect(lab, 'pve1');
  expect((await client.exec('cat', { stdin: 'in order\n' })).stdout).toBe('in order\n');
  client.end();
});

it('a held lock is never free, and a full storage is full', async () => {
  const { machine } = nodeOf(lab, 'pve1');
  lab.faults.add('pve1', { kind: 'lock', name: '100' });
  lab.faults.add('pve1', { kind: 'full', storage: 'local-lvm' });
  expect(await machine.locks.take('100', 0)).toBeUndefined();
  expect(await machine.locks.take('101', 0)).toBeTypeOf('function');
  expect(machine.faults.storageFull('local-lvm')).toBe(true);
  expect(machine.faults.storageFull('local')).toBe(false);
});

it('a node without power forgets what ran there, and is another boot when it is back', async () => {
  const { machine, shell } = nodeOf(lab, 'pve3');
  const input = { stdin: Buffer.alloc(0), env: {}, signal: new AbortController().signal };
  const boot = machine.files.read('/proc/sys/kernel/random/boot_id');
  const running = shell({
    ...input,
    command: 'qm create 300 && qm start 300 && sleep 600; touch /root/after',
  });
  await vi.waitFor(() => expect(machine.files.exists('/run/qemu-server/300.pid')).toBe(true), {
    interval: 2,
  });
  const mend = lab.faults.add('pve3', { kind: 'no-power' });
  await running;
  mend();
  expect(machine.files.exists('/run/qemu-server/300.pid')).toBe(false);
  expect(machine.files.exists('/root/after')).toBe(false);
  expect(machine.files.read('/proc/sys/kernel/random/boot_id')).not.toBe(boot);
  expect((await shell({ ...input, command: 'qm status 300' })).stdout.toString()).toBe('status: stopped\n');
});

it('a task can fail though its command exits 0 and names it', async () => {
  const { shell } = nodeOf(lab, 'pve1');
  lab.faults.add('pve1', { kind: 'task-fails', task: 'qmcreate:301' });
  const input = { stdin: Buffer.alloc(0), env: {}, signal: new AbortController().signal };
  const ran = await shell({ ...input, command: 'qm create 301' });
  expect(ran.exit).toBe(0);
  const upid = ran.stdout.toString().trim();
  expect(upid).toMatch(/^UPID:pve1:.*:qmcreate:301:root@pam:$/);
  const log = await shell({
    ...input,
    command: `pvesh get /nodes/pve1/tasks/${upid}/status --output-format json`,
  });
  expect(log.stdout.toString()).toContain('"exitstatus":"pvefleet-lab: this task was made to fail"');
});

it('is written as TARGET=FAULT:VALUE', () => {
  expect(parseFault('pve3=dead')).toEqual({ target: 'pve3', fault: { kind: 'dead' } });
  expect(parseFault('pve1=latency:80')).toEqual({
    target: 'pve1',
    fault: { kind: 'latency', milliseconds: 80 },
  });
  expect(parseFault('pve1=cut-at:qm set')).toEqual({
    target: 'pve1',
    fault: { kind: 'cut-at', text: 'qm set' },
  });
  expect(parseFault('pve2=lost-in:qmigrate:100')).toEqual({
    target: 'pve2',
    fault: { kind: 'lost-in', task: 'qmigrate:100' },
  });
  for (const wrong of ['pve1', 'pve1=ded', 'pve1=latency', 'pve1=latency:x', 'pve1=dead:1'])
    expect(parseFault(wrong)).toBeUndefined();
});
