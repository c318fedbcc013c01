import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { configExists } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import { pause, type Session } from '../session.ts';
import { land, runningPid } from './run-state.ts';
import { loadVm } from './store.ts';

/** Seconds that QEMU is given to end. */
const PATIENCE = 30;

/** `qm cleanup`, which qmeventd runs when QEMU has ended (PVE/CLI/qm.pm). Throws Failure while it has not. */
export async function cleanUp(session: Session, parameters: Parameters): Promise<void> {
  const { vmid = '' } = parameters;
  const isClean = parameters['clean-shutdown'] === '1';
  const { machine } = session;
  if (!configExists(machine, 'qemu', vmid)) return;
  session.warn(`Starting cleanup for ${vmid}\n`);
  await withGuestLock(session, 'qemu', vmid, 60, async () => {
    const lock = loadVm(session, vmid).main.get('lock');
    const runs = (): boolean => runningPid(machine, vmid) !== undefined;
    if (runs() && isClean && lock === 'backup')
      die("skipping cleanup - 'backup' lock is present and vm is running again");
    const pid = runningPid(machine, vmid);
    for (let second = 0; second < PATIENCE && runs(); second += 1) {
      if (second === 11)
        session.warn(`VM cleanup: QEMU process ${pid} for VM ${vmid} still running (or newly started)\n`);
      await pause(session, 1);
    }
    if (runs()) die(`aborting cleanup, VM is still running after ${PATIENCE} seconds`);
    if (lock === 'rollback') die("skipping cleanup - 'rollback' lock is present");
    land(machine, vmid);
  });
  session.warn(`Finished cleanup for ${vmid}\n`);
}
