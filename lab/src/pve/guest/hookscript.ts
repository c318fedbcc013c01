import type { Machine } from '../../machine.ts';
import { die } from '../failure.ts';
import { locate } from '../storage/volumes.ts';

/** Refuses a hook script that is no file among a storage's snippets (PVE::GuestHelpers::check_hookscript). Throws Failure. */
export function checkHookscript(machine: Machine, volume: string): void {
  const { name, path } = locate(machine, volume);
  if (name.type !== 'snippets') die(`'${volume}' is not in the snippets directory`);
  if (!machine.files.exists(path)) die(`script '${volume}' does not exist`);
}
