import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeKey } from '../ssh-keys.ts';
import { encryptVault } from '../inventory/encrypt-vault.ts';
import type { Fleet } from './fleet.ts';
import { openFleet } from './fleet.ts';
import { runCli } from '../cli/run-cli.ts';

const document =
  'vms:\n  - { vmid: 101, node: pve1, name: web-1, cores: 2 }\n  - { vmid: 102, node: pve2, name: web-2 }\n';

/** The same in this process: quicker, but a run so records the command line of the tests. */
async function inside(fleet: Fleet, ...args: readonly string[]) {
  const env = { XDG_STATE_HOME: fleet.directory, PVEFLEET_INVENTORY: fleet.inventory };
  const { code, stdout, stderr } = await runCli(args, env);
  return { exit: code, stdout: stdout.trimEnd(), stderr };
}

describe('what was done', () => {
  test('is told by history, show and audit log, and borne out by the nodes', async () => {
    const fleet = await openFleet();
    await writeKey(fleet.directory, 'sign', 'ed25519');
    await fleet.write('doc.yml', document);
    await fleet.write('doc2.yml', document.replace('cores: 2', 'cores: 4'));
    const from = { env: { SSH_CLIENT: '10.1.2.3 50000 22' } };
    const key = ['--sign-key', join(fleet.directory, 'sign')];
    const first = await fleet.run(['apply', join(fleet.directory, 'doc.yml'), '--yes', ...key], from);
    expect(first.exit).toBe(0);
    await inside(fleet, 'apply', join(fleet.directory, 'doc2.yml'), '--yes', ...key);
    await fleet.run(['exec', 'pve[1-2]', '--', 'hostname'], from);
    await inside(fleet, 'cp', join(fleet.directory, 'doc.yml'), 'pve3:/root/doc.yml');

    const history = (await inside(fleet, 'history')).stdout.split('\n');
    expect(history.map((line) => /exit 0: \d done/u.exec(line)?.[0])).toEqual([
      undefined,
      'exit 0: 2 done',
      'exit 0: 1 done',
      'exit 0: 2 done',
      'exit 0: 1 done',
    ]);
    const run = history[1]?.split(' ')[0] ?? '';
    const shown = (await inside(fleet, 'show', run)).stdout;
    expect(shown).toContain(', from 10.1.2.3, at ');
    expect(shown).toMatch(/^ {2}vm\/101@lab +web-1 +changed$/mu);
    expect(shown).toMatch(/^ {2}pve1 +done .* qm create 101 .*# \S+doc\.yml:2:/mu);
    expect(shown).toMatch(/Signed by SHA256:\S+\nIts head is kept by pve1, pve2\./u);

    const rows = async (...flags: readonly string[]) =>
      (await inside(fleet, 'audit', 'log', '--json', ...flags)).stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const conf = '/etc/pve/nodes/pve1/qemu-server/101.conf';
    const digest = expect.stringMatching(/^[0-9a-f]{40}$/u);
    expect(await rows('--guest', '101')).toMatchObject([
      {
        run,
        node: 'pve1',
        outcome: 'done',
        exit: 0,
        caller: { from: '10.1.2.3' },
        files: { [conf]: { after: digest } },
      },
      {
        command: expect.stringMatching(/^qm set 101 --cores 4/u),
        files: { [conf]: { before: digest, after: digest } },
      },
    ]);
    expect((await rows('--node', 'pve2')).map(({ command }) => command)).toEqual([
      expect.stringContaining('qm create 102'),
      'hostname',
    ]);
    expect(await rows('--node', 'pve3')).toMatchObject([
      { files: { '/root/doc.yml': { before: null, after: expect.stringMatching(/^\w{64}$/u) } } },
    ]);
    expect(await rows('--user', 'nobody')).toEqual([]);
    expect(await rows('--until', '1d')).toEqual([]);
    expect(await rows('--since', '1h')).toHaveLength(6);
    expect(await rows('--run', 'last')).toHaveLength(1);

    const verified = await inside(fleet, 'audit', 'verify', '--nodes');
    expect(verified.stdout).toMatch(
      /^4 runs, \d+ records: nothing found\n2 runs signed by SHA256:\S+\n2 runs not signed\n3 nodes asked: 6 heads borne out, 0 of other journals$/u,
    );
    expect(verified.exit).toBe(0);
    expect(fleet.file('pve1', '/var/log/syslog')).toMatch(
      new RegExp(`pvefleet: run=${run} step=1/1 user=\\S+@\\S+ head=\\w{64}\n`, 'u'),
    );
    const strict = await inside(fleet, 'audit', 'verify', '--allowed-signers', `${fleet.directory}/sign.pub`);
    expect([strict.exit, strict.stdout.match(/the run is not signed/gu)?.length]).toEqual([2, 2]);
  });

  test('is found to be tampered with, alone and with the nodes', async () => {
    const fleet = await openFleet();
    await fleet.write('doc.yml', document);
    await inside(fleet, 'apply', join(fleet.directory, 'doc.yml'), '--yes');
    await inside(fleet, 'exec', 'pve1', '--', 'true');
    const state = join(fleet.directory, 'pvefleet');
    const good = join(fleet.directory, 'good');
    await cp(state, good, { recursive: true });
    const [name = ''] = (await readdir(state)).toSorted();
    const path = join(state, name);
    const lines = (await readFile(path, 'utf8')).split('\n');

    const verify = (...flags: readonly string[]) => inside(fleet, 'audit', 'verify', ...flags);
    await writeFile(path, lines.join('\n').replace('qm create 101', 'qm create 109'));
    const edited = await verify();
    const line = lines.findIndex((each) => each.includes('qm create 101')) + 1;
    expect(edited).toMatchObject({
      exit: 2,
      stdout: expect.stringContaining(`${name}:${line}: this record was changed`),
    });
    expect(edited.stdout).toContain(`can still be vouched for: its first ${line - 1} records`);
    expect((await inside(fleet, 'show', name.slice(0, -6))).exit).toBe(2);

    // The file and the chain of heads are written anew, as somebody would who knows how: only the nodes know better.
    await rm(state, { recursive: true });
    expect(await verify()).toMatchObject({ exit: 1 });
    expect(await verify('--nodes')).toMatchObject({
      exit: 2,
      stdout: expect.stringContaining('which was in this directory: it was replaced or removed'),
    });
    await inside(fleet, 'apply', join(fleet.directory, 'doc.yml'), '--yes');
    expect(await verify()).toMatchObject({ exit: 0 });
    const replaced = await verify('--nodes');
    expect(replaced.exit).toBe(2);
    expect(replaced.stdout).toContain(
      'of another journal, which was in this directory: it was replaced or removed',
    );

    // Cut so that it looks as if it had never ended, and heads cut to that.
    await rm(state, { recursive: true });
    await cp(good, state, { recursive: true });
    await writeFile(path, `${lines.slice(0, 6).join('\n')}\n`);
    const heads = (await readFile(join(state, 'heads'), 'utf8')).split('\n');
    await writeFile(join(state, 'heads'), `${heads.slice(0, 2).join('\n')}\n`);
    await Promise.all(
      (await readdir(state))
        .filter((each) => each !== name && each !== 'heads')
        .map((each) => rm(join(state, each))),
    );
    expect(await verify()).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('1 run without an end'),
    });
    const cut = await verify('--nodes');
    expect(cut.exit).toBe(2);
    expect(cut.stdout).toMatch(
      /pve\d keeps another head of this run \(\S+\) than the journal has: record \d+ is not there/u,
    );
    expect(cut.stdout).toContain('there is no such run here');
  });

  test('before a kill -9 is there, and the journal is good', async () => {
    const fleet = await openFleet();
    await fleet.write('play.yml', '- hosts: all\n  tasks:\n    - command: sleep 30\n');
    const run = fleet.start(['run', join(fleet.directory, 'play.yml'), '--json']);
    await run.until('step-started');
    run.kill();
    await run.ended;
    const verified = await inside(fleet, 'audit', 'verify');
    expect(verified).toMatchObject({ exit: 0, stdout: expect.stringContaining('1 run without an end') });
    expect((await inside(fleet, 'audit', 'log')).stdout).toMatch(
      / pve1 +node\/pve1@lab +unknown +sleep 30$/mu,
    );
    expect((await inside(fleet, 'history')).stdout).toContain('no end');
  });
});

test('secrets are in no journal, no log, no output and no process list', async () => {
  const fleet = await openFleet();
  const secrets = {
    vaulted: 'Vaulted-Zq81',
    vaultPassword: 'Opens-The-Vault-77',
    become: "Be'come-$5-pass",
    login: 'Log-in-pass-31',
    whole: 'Whole-File-Secret-9',
    extra: 'Extra-Var-Secret-4',
  };
  await useSecrets(fleet, secrets);
  const lists: string[] = [];
  const watch = setInterval(() => lists.push(execFileSync('ps', ['-eo', 'args']).toString()), 100);
  const vault = ['--vault-password-file', join(fleet.directory, 'vault')];
  const extra = ['-e', `@${join(fleet.directory, 'extra.yml')}`];
  const outputs = [
    await fleet.run(['run', join(fleet.directory, 'play.yml'), ...vault, ...extra]),
    await fleet.run(['run', join(fleet.directory, 'play.yml'), ...vault, ...extra, '--json']),
    await fleet.run(['exec', 'all', ...vault, '--show-commands', '--', `echo ${secrets.vaulted}`]),
    await fleet.run(['apply', join(fleet.directory, 'doc.yml'), '--yes', ...vault]),
    await inside(fleet, 'history', '--json'),
    await fleet.run(['show', 'last', '--json']),
    await inside(fleet, 'audit', 'log'),
    await inside(fleet, 'audit', 'verify', '--nodes', ...vault),
  ];
  clearInterval(watch);
  expect(outputs.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  const state = join(fleet.directory, 'pvefleet');
  const texts = new Map<string, string>(
    outputs.map(({ stdout, stderr }, index) => [`output ${index}`, stdout + stderr]),
  );
  for (const name of await readdir(state)) texts.set(name, await readFile(join(state, name), 'utf8'));
  for (const { host, machine } of fleet.lab.nodes) {
    for (const path of ['/var/log/syslog', '/var/lib/pvefleet/heads'])
      texts.set(`${host}:${path}`, machine.files.read(path) ?? '');
  }
  // The command that names a secret by its own words on this command line is seen there by design of the system.
  texts.set('ps', lists.join('\n').replaceAll(/^.*pvefleet\.js exec .*$/gmu, ''));
  const found = [...texts].flatMap(([where, text]) =>
    Object.entries(secrets).flatMap(([what, secret]) =>
      text.includes(secret) ? [`${what} in ${where}`] : [],
    ),
  );
  expect(found).toEqual([]);
  // They were used: the node has what only the secret could have brought there.
  expect(fleet.file('pve1', '/root/whole')).toBe(`${secrets.whole}\n`);
  expect(await readFile(join(state, (await readdir(state)).toSorted()[0] ?? ''), 'utf8')).toContain(
    '********',
  );
});

/** A fleet whose log-in, becoming root, variables and files hold secrets. */
async function useSecrets(fleet: Fleet, secrets: Readonly<Record<string, string>>): Promise<void> {
  const { vaultPassword = '', vaulted = '', become = '', login = '', whole = '', extra = '' } = secrets;
  const sealed = (text: string): string =>
    `!vault |\n${encryptVault(text, vaultPassword)
      .trimEnd()
      .split('\n')
      .map((line) => `            ${line}`)
      .join('\n')}`;
  const inventory = await readFile(fleet.inventory, 'utf8');
  await fleet.write('vault', vaultPassword);
  await fleet.write(
    'lab.yml',
    inventory.replace(/^(?<indent> +)ansible_user: root$/mu, (line, indent: string) =>
      [
        line,
        `ansible_become_password: ${sealed(become)}`,
        `ansible_password: ${JSON.stringify(login)}`,
        `token: ${sealed(vaulted)}`,
      ].join(`\n${indent}`),
    ),
  );
  await mkdir(join(fleet.directory, 'group_vars'));
  await fleet.write('extra.yml', `extra: ${extra}\n`);
  await fleet.write('group_vars/all.yml', encryptVault(`whole: ${whole}\n`, vaultPassword));
  await fleet.write('doc.yml', document);
  await fleet.write(
    'play.yml',
    `- hosts: all
  tasks:
    - command: sh -c 'echo "$1" >/root/token' - {{ token }}
    - command: sh -c 'echo "$1" >/root/whole' - {{ whole }}
`,
  );
}
