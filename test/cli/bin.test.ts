import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startSsh2Server } from '../conformance/ssh2-server.ts';
import { writeFleetInventory } from './fleet-inventory.ts';

const root = new URL('../../', import.meta.url);
const script = fileURLToPath(new URL('bin/pvefleet.js', root));
const env = { ...process.env, PVEFLEET_INVENTORY: '' };

function pvefleet(...argv: readonly string[]) {
  return spawnSync(process.execPath, [script, ...argv], { encoding: 'utf8', env });
}

describe('the built pvefleet', () => {
  test('prints data on stdout and errors on stderr, without colours where no terminal is', () => {
    expect(pvefleet('--version')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^pvefleet \d+\.\d+\.\d+\n$/u),
    });
    expect(pvefleet('exec', '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('--command-timeout'),
      stderr: '',
    });
    expect(pvefleet('exec', '--comand-timeout', '3')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^error: .*did you mean "--command-timeout"\?\n/u),
    });
  });

  test('does not mind a reader that leaves', () => {
    const command = `"$0" "$1" --help | true; "$0" "$1" inventory -i "$2" | true`;
    const example = fileURLToPath(new URL('inventories/example.yml', root));
    const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, script, example], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });

  test('stops at Ctrl-C, and exits with 130', async () => {
    const server = await startSsh2Server();
    const inventory = await writeFleetInventory(server);
    const argv = [script, 'exec', '-i', inventory, '--show-commands', 'pve1', '--', 'sleep 600'];
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const stderr: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.push(text) === 1) child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(stderr.join('')).toContain('Stopping; Ctrl-C again');
    expect(stderr.join('')).toMatch(/ 1 +pve1$/mu);
    await server.stop();
  });
});
