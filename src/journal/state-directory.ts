import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where runs are recorded: `--state`, else $XDG_STATE_HOME/pvefleet, else ~/.local/state/pvefleet. */
export function stateDirectory(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (given !== undefined) return given;
  const state = env['XDG_STATE_HOME'];
  return join(state !== undefined && state !== '' ? state : join(homedir(), '.local', 'state'), 'pvefleet');
}
