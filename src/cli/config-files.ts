import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic, Result } from '../diagnostic.ts';
import { fail, ok } from '../diagnostic.ts';

export const projectFile = 'pvefleet.yml';

/**
 * The config files that there are, those that win last: the user's, then the project's. That is the nearest pvefleet.yml
 * in `directory` or above it, or the file that $PVEFLEET_CONFIG names.
 */
export function configFiles(
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Result<readonly string[]> {
  const own = userFile(env);
  const users = own !== undefined && isFile(own) ? [own] : [];
  const named = env['PVEFLEET_CONFIG'] ?? '';
  if (named !== '') {
    const path = resolve(directory, named);
    return isFile(path) ? ok([...users, path]) : fail(noSuchFile(named));
  }
  const project = nearest(resolve(directory));
  if (project === undefined || project === own) return ok(users);
  const reason = whyNotTrusted(project);
  return reason === undefined ? ok([...users, project]) : ok(users, [notTrusted(project, reason)]);
}

/** Undefined where there is no home. */
function userFile(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const config = env['XDG_CONFIG_HOME'] ?? '';
  const home = env['HOME'] ?? '';
  if (config !== '') return join(config, 'pvefleet', 'config.yml');
  return home === '' ? undefined : join(home, '.config', 'pvefleet', 'config.yml');
}

function nearest(directory: string): string | undefined {
  const path = join(directory, projectFile);
  if (isFile(path)) return path;
  const above = dirname(directory);
  return above === directory ? undefined : nearest(above);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A file that others can put there could point at their hosts, or lift a brake. */
function whyNotTrusted(path: string): string | undefined {
  const owner = process.getuid?.();
  for (const each of [path, dirname(path)]) {
    const { mode, uid } = statSync(each);
    if ((mode & 0o002) !== 0) return `everybody may write to ${each}`;
    if (owner !== undefined && uid !== owner && uid !== 0) return `${each} belongs to another user`;
  }
  return undefined;
}

function notTrusted(path: string, reason: string): Diagnostic {
  return {
    code: 'config/not-trusted',
    severity: 'warning',
    trouble: 'invalid',
    message: `Cannot take ${path} as the project's config: ${reason}; one that only you can change is wanted. It is left out`,
    hint: `If it is yours: export PVEFLEET_CONFIG=${path}`,
  };
}

function noSuchFile(named: string): Diagnostic {
  return {
    code: 'config/unreadable',
    severity: 'error',
    trouble: 'invalid',
    message: `Cannot read the config ${named}: there is no such file; $PVEFLEET_CONFIG names it`,
    hint: 'Correct it, or: unset PVEFLEET_CONFIG',
  };
}
