import type { PveCommand } from '../machine.ts';
import { PVEUM } from './access/pveum.ts';
import { vzdump } from './backup/vzdump.ts';
import { toolCommand } from './cli/tool.ts';
import { HA_MANAGER } from './cluster/ha-manager.ts';
import { PVECM } from './cluster/pvecm.ts';
import { PVESR } from './cluster/pvesr.ts';
import { PVENODE } from './node/pvenode.ts';
import { PCT } from './pct/tool.ts';
import { PVEAM } from './pveam/tool.ts';
import { pvesh } from './pvesh/tool.ts';
import { PVESM } from './pvesm/tool.ts';
import { qmrestore } from './qm/restore.ts';
import { QM } from './qm/tool.ts';

/** PVE's command line tools that the lab models, by name. */
export const pveCommands: ReadonlyMap<string, PveCommand> = new Map<string, PveCommand>([
  ...[QM, PCT, PVESM, PVEAM, PVECM, PVENODE, PVEUM, HA_MANAGER, PVESR].map(
    (tool) => [tool.name, toolCommand(tool)] as const,
  ),
  ['pvesh', pvesh],
  ['vzdump', vzdump],
  ['qmrestore', qmrestore],
]);
