import type { Command } from './command.ts';
import { clusterCommands } from './commands-cluster.ts';
import { guestCommands } from './commands-guest.ts';

/** Every command that is made from a method of the API; what has none of these is for pvesh. */
export const commands: readonly Command[] = [...guestCommands, ...clusterCommands];
