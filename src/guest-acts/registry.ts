import type { GuestAct } from './act.ts';
import { autoSnapshot } from './auto-snapshot.ts';
import { backup } from './backup.ts';
import { clone } from './clone.ts';
import { hibernate } from './hibernate.ts';
import { migrate } from './migrate.ts';
import { reboot } from './reboot.ts';
import { resume } from './resume.ts';
import { reassign } from './reassign.ts';
import { rollback } from './rollback.ts';
import { shutdown } from './shutdown.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { suspend } from './suspend.ts';

/** Everything that can be done to guests: tasks, commands, checks and docs know an act from here. */
export const guestActs: readonly GuestAct[] = [
  start,
  shutdown,
  stop,
  reboot,
  suspend,
  hibernate,
  resume,
  migrate,
  backup,
  clone,
  reassign,
  autoSnapshot,
  rollback,
];
