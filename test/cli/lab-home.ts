import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainFleet } from '../../lab/src/fleet/definition.ts';
import type { Lab } from '../../lab/src/lab.ts';
import { startLab } from '../../lab/src/lab.ts';

/** A lab of one cluster, and a directory with what is needed to reach it. */
export interface LabHome {
  readonly lab: Lab;
  readonly home: string;
  /** For PVEFLEET_INVENTORY. */
  readonly inventory: string;
  close(): Promise<void>;
}

export async function openLabHome(nodes: number): Promise<LabHome> {
  const home = await mkdtemp(join(tmpdir(), 'pvefleet-cli-'));
  const lab = await startLab({ fleet: plainFleet(nodes, '9') });
  const [key, knownHosts, inventory] = [join(home, 'key'), join(home, 'known_hosts'), join(home, 'lab.yml')];
  await writeFile(key, lab.clientKey.privateKey, { mode: 0o600 });
  await writeFile(knownHosts, lab.knownHostsText());
  await writeFile(inventory, lab.inventoryText(key, knownHosts));
  return {
    lab,
    home,
    inventory,
    close: async () => {
      await lab.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
