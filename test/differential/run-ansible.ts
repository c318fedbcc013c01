import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Given, Told } from './side.ts';

const program = '/usr/bin/ansible-playbook';

export const noAnsible = existsSync(program) ? undefined : `${program} is not installed (Debian: ansible)`;

/** Debian's Ansible, as fast as it goes: one connection, modules sent through it without files. */
export async function runAnsible({ site, inventory, directory }: Given): Promise<readonly Told[]> {
  const told = join(directory, 'told.jsonl');
  const env = {
    PATH: process.env['PATH'],
    HOME: directory,
    LC_ALL: 'C.UTF-8',
    TELL_FILE: told,
    PYTHONDONTWRITEBYTECODE: '1',
    ANSIBLE_CALLBACK_PLUGINS: fileURLToPath(new URL('.', import.meta.url)),
    ANSIBLE_STDOUT_CALLBACK: 'tell',
    ANSIBLE_PIPELINING: 'true',
    ANSIBLE_SSH_TRANSFER_METHOD: 'piped',
    ANSIBLE_RETRY_FILES_ENABLED: 'false',
    ANSIBLE_SSH_CONTROL_PATH_DIR: directory,
  };
  const { stderr } = await promisify(execFile)(program, ['-i', inventory, site], { env }).catch(
    (error: { readonly stderr: string }) => error,
  );
  const lines = (await readFile(told, 'utf8')).trimEnd().split('\n');
  if (lines[0] === undefined || lines[0] === '') throw new Error(`Ansible ran nothing: ${stderr}`);
  return lines.map((line) => JSON.parse(line) as Told);
}
