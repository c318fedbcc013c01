import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeFlags } from '../../src/cli/flags.ts';
import { logInVariables } from '../../src/cli/log-in-variables.ts';
import { parseFlags } from '../../src/cli/parse-flags.ts';
import { loadInventory } from '../../src/inventory/load-inventory.ts';
import { runCli } from './run-cli.ts';

/** What the flags give, with these answers to what is asked; and what was asked and hidden. */
async function withFlags(argv: readonly string[], answers: readonly string[] = []) {
  const parsed = parseFlags(argv, nodeFlags, 'exec');
  if (!parsed.ok) throw new Error('wrong flags');
  const { flags } = parsed.value;
  const asked: string[] = [];
  const hidden: string[] = [];
  const left = [...answers];
  const given = await logInVariables({
    flags: {
      user: typeof flags['user'] === 'string' ? flags['user'] : undefined,
      'ask-pass': flags['ask-pass'] === true,
      become: flags['become'] === true,
      'become-user': typeof flags['become-user'] === 'string' ? flags['become-user'] : undefined,
      'become-method': flags['become-method'] === 'su' ? 'su' : undefined,
      'ask-become-pass': flags['ask-become-pass'] === true,
    },
    askHidden: (question) => {
      asked.push(question);
      return Promise.resolve(left.shift());
    },
    hide: (secrets) => void hidden.push(...secrets),
  });
  return { given, asked, hidden };
}

async function connections(inventory: string, argv: readonly string[], answers?: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'pvefleet-flags-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, 'hosts'), inventory);
  const { given } = await withFlags(argv, answers);
  const loaded = given.ok
    ? await loadInventory([join(directory, 'hosts')], { connection: given.value })
    : given;
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  return loaded.value.nodes.map(({ connection: { user, password, become } }) =>
    [user, password?.(), become && [become.method, become.user, become.password?.()]]
      .flat(2)
      .join(' ')
      .trim(),
  );
}

test("flags say who logs in and works where the inventory doesn't", async () => {
  const inventory =
    'pve1\npve2 ansible_user=admin ansible_become=false\npve3 ansible_become_user=other ansible_become_method=sudo ansible_become_pass=own\n';
  expect(await connections(inventory, [])).toEqual(['root', 'admin', 'root']);
  expect(
    await connections(inventory, ['-u', 'ops', '-kbK', '--become-method', 'su'], ['log in', 'become']),
  ).toEqual(['ops log in su root become', 'admin log in', 'ops log in sudo other own']);
});

test('passwords are asked for once each, and hidden; an empty one to become is the one to log in with', async () => {
  const { asked, hidden } = await withFlags(['-bkK'], ['geheim', '']);
  expect(asked).toEqual(['Password to log in with: ', 'Password of sudo or su (empty: the same): ']);
  expect(hidden).toEqual(['geheim', 'geheim']);
  expect(await connections('pve1', ['-b', '-u', 'ops', '-kK'], ['geheim', ''])).toEqual([
    'ops geheim sudo root geheim',
  ]);
});

test.each([
  [
    ['-K'],
    'Cannot ask for a password (--ask-become-pass): stdin is no terminal, or there was no answer; one is wanted',
  ],
  [
    ['-k'],
    'Cannot ask for a password (--ask-pass): stdin is no terminal, or there was no answer; one is wanted',
  ],
  [['-u', ''], 'Cannot use --user: it is empty; text is wanted'],
  [
    ['--become-user=-x'],
    'Cannot use --become-user: it is "-x", which begins with a dash; a user\'s name is wanted',
  ],
])('%j cannot be used', async (flags, message) => {
  const { code, stderr } = await runCli(['exec', 'all', '-i', 'pve1,', ...flags, '--', 'true']);
  expect(code).toBe(1);
  expect(stderr).toContain(`error: ${message}\n`);
});
