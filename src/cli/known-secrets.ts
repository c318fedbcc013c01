import { readKnownSecrets } from '../journal/secrets-file.ts';
import { stateDirectory } from '../journal/state-directory.ts';
import type { KnownSecrets } from '../plan/known-secrets.ts';
import type { CliContext } from './command.ts';
import type { nodeFlags } from './flags.ts';

/** What runs that are recorded where this one is have set. */
export async function knownSecretsOf({
  flags,
  env,
}: Pick<CliContext<typeof nodeFlags>, 'flags' | 'env'>): Promise<KnownSecrets> {
  return readKnownSecrets(stateDirectory(flags.state, env));
}
