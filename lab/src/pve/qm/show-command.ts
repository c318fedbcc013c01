import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { checkStartable } from './start.ts';
import { loadVm } from './store.ts';

/** `qm showcmd`, as far as PVE refuses it; QEMU's own command line is not modelled. Throws Failure. */
export function showCommand(session: Session, { vmid = '', snapshot }: Parameters): never {
  const config = loadVm(session, vmid);
  const main = snapshot === undefined ? config.main : config.snapshots.get(snapshot);
  if (main === undefined) die(`snapshot '${snapshot}' does not exist`);
  checkStartable(session, { ...config, main });
  return die("pvefleet-lab: 'qm showcmd' is modelled as far as PVE refuses it only");
}
