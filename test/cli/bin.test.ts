import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const built = existsSync(new URL('dist/cli/main.js', root));

function pvefleet(...argv: readonly string[]) {
  const env = { ...process.env, PVEFLEET_INVENTORY: '' };
  const script = fileURLToPath(new URL('bin/pvefleet.js', root));
  return spawnSync(process.execPath, [script, ...argv], { encoding: 'utf8', env });
}

describe.skipIf(!built)('the built pvefleet', () => {
  test('prints version and help on stdout, errors on stderr, without colours where no terminal is', () => {
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
    expect(pvefleet('inventory')).toMatchObject({ status: 1, stdout: '' });
  });
});
