import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noOpensshServer, startOpensshServer, type TestServer } from '../openssh-server.ts';
import { writeKey } from '../ssh-keys.ts';
import { writeFleetInventory } from './fleet-inventory.ts';
import { runCli } from './run-cli.ts';

describe.skipIf(noOpensshServer)('a fleet whose key is encrypted', () => {
  const passphrase = 'open sesame';
  let server: TestServer;
  let inventory: string;
  let key: string;
  beforeAll(async () => {
    server = await startOpensshServer();
    inventory = await writeFleetInventory(server);
    key = (await writeKey(server.directory, 'locked', 'ed25519', passphrase)).path;
    await copyFile(`${key}.pub`, `${server.keyFile}.pub`);
    await writeFile(inventory, (await readFile(inventory, 'utf8')).replace(server.keyFile, key));
  });
  afterAll(() => server.stop());

  const argv = () => ['exec', '-i', inventory, 'pve[1:3]', '--', `echo the ${passphrase}`];

  test('asks for the passphrase once, and prints it nowhere', async () => {
    const questions: string[] = [];
    const ran = await runCli(argv(), {}, (question) => {
      questions.push(question);
      return passphrase;
    });
    expect(questions).toEqual([`Passphrase of ${key}: `]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('the ********') });
    expect(ran.stdout + ran.stderr).not.toContain(passphrase);
  });

  test('is told without a terminal, with the command that helps', async () => {
    const ran = await runCli(argv());
    expect(ran.code).toBe(4);
    expect(ran.stdout + ran.stderr).toContain(
      'nobody can be asked for its passphrase; it must be in the agent',
    );
    expect(ran.stdout + ran.stderr).toContain(`ssh-add ${key}`);
  });
});
