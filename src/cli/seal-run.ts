import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Exec } from '../apply/exec.ts';
import { statementOf } from '../journal/check-directory.ts';
import type { Sealed } from '../journal/entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { CliContext } from './command.ts';
import type { nodeFlags } from './flags.ts';

/** A node that takes longer to keep a line is not waited for. */
const KEEP_SECONDS = 30;

/** Signs the head that a journal has now, and has hosts keep it; both at once. */
export async function sealRun(
  journal: Journal,
  hosts: readonly string[],
  script: string,
  {
    flags,
    env,
    exec,
  }: Pick<CliContext<typeof nodeFlags>, 'flags' | 'env'> & { readonly exec: Exec | undefined },
): Promise<Sealed> {
  const statement = statementOf(journal.run, journal.head().head);
  // It loads ssh2, which not every transport needs.
  const { createSigner } = await import('../journal/signer.ts');
  const sign = createSigner({
    keyFile: flags['sign-key'],
    agentSocket: env['SSH_AUTH_SOCK'],
    directory: join(env['HOME'] ?? homedir(), '.ssh'),
  });
  const keep = async (host: string): Promise<readonly [string, string | undefined]> => {
    const result = await exec?.(host, script, { timeoutSeconds: KEEP_SECONDS, cleansUp: true });
    if (result?.ok !== true) return [host, result?.diagnostics[0]?.message ?? 'nobody was asked'];
    const { exit, stderr } = result.value;
    return [host, exit === 0 ? undefined : stderr.toString().trim().slice(0, 500)];
  };
  const [signature, kept] = await Promise.all([sign(statement), Promise.all(hosts.map(keep))]);
  return {
    type: 'sealed',
    statement,
    signature,
    kept: kept.flatMap(([host, why]) => (why === undefined ? [host] : [])),
    notKept: Object.fromEntries(kept.flatMap(([host, why]) => (why === undefined ? [] : [[host, why]]))),
  };
}
