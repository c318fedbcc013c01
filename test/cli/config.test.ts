import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../src/cli/read-config.ts';
import { readSettings } from '../../src/cli/settings.ts';
import { runCli } from './run-cli.ts';

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'pvefleet-config-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

async function inForce(
  env: Readonly<Record<string, string>>,
  from: string,
): Promise<Record<string, unknown>> {
  const read = await readSettings(env, from);
  if (!read.ok) throw new Error(read.diagnostics.map(({ message }) => message).join('\n'));
  return Object.fromEntries(read.value.map(({ name, value }) => [name, value]));
}

describe('what is in force', () => {
  it('is the environment, then the nearest project file, then the user file', async () => {
    const home = await directory();
    await mkdir(join(home, 'pvefleet'));
    await writeFile(join(home, 'pvefleet', 'config.yml'), 'forks: 5\nmax-changes: 50\nmax-restarts: 1\n');
    const project = await directory();
    await mkdir(join(project, 'a', 'b'), { recursive: true });
    await writeFile(join(project, 'pvefleet.yml'), 'forks: 6\n');
    await writeFile(
      join(project, 'a', 'pvefleet.yml'),
      'max-changes: 20\nserial: [1, 10%, 100%]\ninventory: hosts.yml\nread-only: true\n',
    );
    const env = { XDG_CONFIG_HOME: home, PVEFLEET_MAX_CHANGES: '7', PVEFLEET_READ_ONLY: '0' };
    expect(await inForce(env, join(project, 'a', 'b'))).toEqual({
      forks: 5,
      'max-changes': 7,
      'max-restarts': 1,
      serial: '1,10%,100%',
      inventory: [join(project, 'a', 'hosts.yml')],
      'read-only': false,
    });
    const named = { XDG_CONFIG_HOME: home, PVEFLEET_CONFIG: join(project, 'pvefleet.yml') };
    expect(await inForce(named, '/')).toMatchObject({ forks: 6, 'max-changes': 50 });
  });

  it('is not taken from a file that others could have put there', async () => {
    const project = await directory();
    await writeFile(join(project, 'pvefleet.yml'), 'forks: 6\n');
    await chmod(project, 0o777);
    expect(await readSettings({}, project)).toMatchObject({
      ok: true,
      value: [],
      warnings: [{ code: 'config/not-trusted', message: expect.stringContaining('everybody may write') }],
    });
    expect(await inForce({ PVEFLEET_CONFIG: join(project, 'pvefleet.yml') }, '/')).toEqual({ forks: 6 });
  });

  it('is printed with where it was set', async () => {
    const project = await directory();
    const file = join(project, 'my.yml');
    await writeFile(file, '# ours\nmax-changes: 20\n');
    const env = { PVEFLEET_CONFIG: file, PVEFLEET_FORKS: '3' };
    const { code, stdout } = await runCli(['config'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^forks +3 +\$PVEFLEET_FORKS$/mu);
    expect(stdout).toMatch(new RegExp(`^max-changes +20 +${file}:2$`, 'mu'));
    expect(stdout).toMatch(/^max-restarts +10 +default$/mu);
    const json: unknown = JSON.parse((await runCli(['config', '--json'], env)).stdout);
    expect(json).toContainEqual({
      name: 'max-changes',
      value: 20,
      from: `${file}:2`,
      variable: 'PVEFLEET_MAX_CHANGES',
    });
  });
});

describe('a config file', () => {
  it('tells all that is wrong with it, and the right word', () => {
    const read = parseConfig('max_change: 3\nforks: many\nserial: 1,x\nread-only: 1\n', 'c.yml');
    expect(read.ok ? [] : read.diagnostics.map(({ message, at }) => `${at?.line} ${message}`)).toEqual([
      '1 Cannot read "max_change" of the config: there is no such setting; did you mean "max-changes"?',
      '2 Cannot read "forks" of the config: it is the text "many"; a whole number of at least 1 is wanted',
      '3 Cannot read "serial" of the config: it is the text "1,x"; numbers and percentages of nodes are wanted, as in "1,10%,100%"',
      '4 Cannot read "read-only" of the config: it is the number 1; true or false is wanted',
    ]);
    expect(parseConfig('- a\n', 'c.yml')).toMatchObject({
      diagnostics: [
        { message: 'Cannot read the config c.yml: it is a list; a mapping of settings is wanted' },
      ],
    });
    expect(parseConfig('# nothing yet\n', 'c.yml')).toMatchObject({ ok: true, value: [] });
  });

  it('that is wrong stops every command, and one that is not there too', async () => {
    const file = join(await directory(), 'bad.yml');
    await writeFile(file, 'fork: 3\n');
    expect(await runCli(['inventory'], { PVEFLEET_CONFIG: file })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did you mean "forks"?'),
    });
    expect(await runCli(['config'], { PVEFLEET_CONFIG: '/nowhere.yml' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no such file; $PVEFLEET_CONFIG names it'),
    });
    expect(await runCli(['config'], { PVEFLEET_FORKS: 'x' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('$PVEFLEET_FORKS is "x"; a whole number of at least 1 is wanted'),
    });
  });

  it('makes read-only the mode of every command, and the environment lifts it', async () => {
    const home = await directory();
    const file = join(home, 'pvefleet.yml');
    await writeFile(file, 'read-only: true\n');
    const document = new URL('../../documents/web.json', import.meta.url).pathname;
    const env = { PVEFLEET_CONFIG: file };
    expect(await runCli(['apply', document, '--yes'], env)).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('the mode is read-only'),
    });
    expect(await runCli(['exec', 'all', '-i', 'pve1,', '--', 'uptime'], env)).toMatchObject({ code: 6 });
    const lifted = await runCli(['apply', document, '--yes'], { ...env, PVEFLEET_READ_ONLY: '0' });
    expect(lifted.stderr).toContain('Cannot read an inventory: none is given');
  });
});
