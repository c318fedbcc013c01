import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openLab } from '../../lab/src/cli/open.ts';
import { parseFlags } from '../../lab/src/cli/flags.ts';
import { LAB_FLAGS } from '../../lab/src/cli/options.ts';

const BIN = fileURLToPath(new URL('../../lab/bin/pvefleet-lab.js', import.meta.url));
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab-cli-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs the built command to its end. */
function lab(...argv: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, ...argv], (error, stdout, stderr) => {
      resolve({ exit: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('mistakes', () => {
  it.each([
    [['strat'], 'There is no command strat. Did you mean start?'],
    [['start', '--node', '3'], 'There is no flag --node. Did you mean --nodes?'],
    [['start', '--nodes'], 'The flag --nodes needs a value.'],
    [['start', '--nodes', 'x'], 'Cannot simulate x nodes: wanted a number from 1 to 64.'],
    [['start', '--version', '7'], 'Cannot simulate PVE 7: the lab knows 8 and 9.'],
    [
      ['start', '--fault', 'pve4=dead'],
      'Cannot set the fault pve4=dead: the fleet has pve1, pve2, pve3. Did you mean pve1?',
    ],
    [['run', 'true'], 'Wanted: pvefleet-lab run [flags] -- COMMAND ...'],
  ])('%j is a usage error', async (argv, message) => {
    expect(await lab(...argv)).toEqual({
      exit: 1,
      stdout: '',
      stderr: `pvefleet-lab: ${message}\nTry: pvefleet-lab --help\n`,
    });
  });

  it('of a fleet file are told with the file', async () => {
    const file = join(directory, 'fleet.yml');
    writeFileSync(file, 'clusters: {a: [n1, n1]}\n');
    expect((await lab('start', '--fleet', file)).stderr).toContain(
      `Cannot use the fleet ${file}: two nodes are n1`,
    );
  });
});

it('--help names every fault', async () => {
  const { exit, stdout } = await lab('--help');
  expect(exit).toBe(0);
  expect(stdout).toContain('NODE=latency:MS');
});

it('run gives the command an inventory, has its exit code, and leaves nothing', async () => {
  const script = 'cat "$PVEFLEET_INVENTORY"; exit 7';
  const { exit, stdout } = await lab('run', '--fleet', 'sites', '--', 'sh', '-c', script);
  expect(exit).toBe(7);
  const { children, vars } = parse(stdout).all.children.lab;
  expect(Object.keys(children)).toEqual(['north', 'south', 'lone']);
  expect(Object.keys(children.north.hosts)).toEqual(['n1', 'n2', 'n3']);
  expect(vars).toMatchObject({ ansible_user: 'root' });
  expect(existsSync(vars.ansible_ssh_private_key_file)).toBe(false);
});

it('start says when it is ready and ends at SIGTERM', async () => {
  const inventory = join(directory, 'lab.yml');
  const child = spawn(process.execPath, [BIN, 'start', '--inventory', inventory]);
  let out = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (/^Ready: 3 nodes\. Try: ssh .*\n/m.test(out)) resolve();
    });
  });
  const { hosts, vars } = parse(readFileSync(inventory, 'utf8')).all.children.lab;
  expect(Object.keys(hosts)).toEqual(['pve1', 'pve2', 'pve3']);
  expect(hosts.pve1.ansible_host).toBe('127.0.0.1');
  expect(statSync(vars.ansible_ssh_private_key_file).mode & 0o777).toBe(0o600);
  expect(readFileSync(vars.pvefleet_known_hosts, 'utf8')).toContain(
    `[127.0.0.1]:${hosts.pve2.ansible_port} ssh-ed25519 `,
  );
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});

it('--state keeps keys, ports and files', async () => {
  const flags = parseFlags(['--state', join(directory, 'state')], LAB_FLAGS);
  const first = await openLab(flags);
  const files = first.lab.nodes[0]?.machine.files;
  files?.write('/etc/pve/qemu-server/100.conf', 'name: kept\n');
  files?.remove('/etc/pve/datacenter.cfg');
  first.lab.nodes[1]?.machine.volumes.set('/dev/pve/vm-100-disk-0', 2 ** 30);
  first.lab.nodes[1]?.machine.files.write('/run/gone', 'x');
  await first.close();

  const second = await openLab(flags);
  expect(second.lab.nodes.map(({ port }) => port)).toEqual(first.lab.nodes.map(({ port }) => port));
  expect(second.lab.clientKey).toEqual(first.lab.clientKey);
  expect(second.lab.knownHostsText()).toBe(first.lab.knownHostsText());
  const [, pve2] = second.lab.nodes;
  expect(pve2?.machine.files.read('/etc/pve/nodes/pve1/qemu-server/100.conf')).toBe('name: kept\n');
  expect(pve2?.machine.files.exists('/etc/pve/datacenter.cfg')).toBe(false);
  expect(pve2?.machine.volumes.size('/dev/pve/vm-100-disk-0')).toBe(2 ** 30);
  expect(pve2?.machine.files.exists('/run/gone')).toBe(false);
  await second.close();
  await expect(
    openLab(parseFlags(['--nodes', '2', '--state', join(directory, 'state')], LAB_FLAGS)),
  ).rejects.toThrow(/it is of the fleet lab\(pve1 pve2 pve3\), not of lab\(pve1 pve2\)/);
});
