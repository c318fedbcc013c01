import type { Parameters } from '../cli/getopt.ts';
import { attempt, die } from '../failure.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { runningPid } from './run-state.ts';
import { loadVm } from './store.ts';

/** What PVE says of a command for QEMU's monitor while the VM does not run (PVE::QemuServer::Monitor::qmp_cmd). Throws Failure. */
function requireMonitor(session: Session, vmid: string): void {
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} not running`);
}

/** `qm sendkey`: a running VM takes any key. Throws Failure. */
export async function sendKey(session: Session, { vmid = '' }: Parameters): Promise<void> {
  await withGuestLock(session, 'qemu', vmid, 10, () => {
    loadVm(session, vmid);
    requireMonitor(session, vmid);
  });
}

/** `qm monitor`: reads lines until `quit` or the end; what QEMU would answer is not modelled. Throws Failure. */
export function runMonitor(session: Session, { vmid = '' }: Parameters): void {
  loadVm(session, vmid);
  session.print(`Entering QEMU Monitor for VM ${vmid} - type 'help' for help\n`);
  session.writeError('qm> ');
  for (const line of session.input.stdin.split('\n').slice(0, -1)) {
    if (/^\s*q(?:uit)?\s*$/.test(line)) return;
    if (line.trim() !== '') {
      const refusal = attempt(() => {
        requireMonitor(session, vmid);
        die(`pvefleet-lab: QEMU's monitor command '${line.trim()}' is not modelled`);
      });
      session.print(`ERROR: ${refusal}`);
    }
    session.writeError('qm> ');
  }
}

/** `qm nbdstop`: fails with a warning only. */
export function stopNbd(session: Session, { vmid = '' }: Parameters): void {
  const refusal = attempt(() => requireMonitor(session, vmid));
  session.warn(refusal ?? `VM ${vmid} qmp command 'nbd-server-stop' failed - NBD server not running\n`);
}

/** `qm mtunnel`: the other end of a migration, which reads its orders from standard input. */
export function runTunnel(session: Session): void {
  if (!session.machine.cluster.quorate()) {
    session.print('no quorum\n');
    return;
  }
  session.print('tunnel online\nver 1\n');
  for (const line of session.input.stdin.split('\n')) {
    if (line === 'quit') {
      session.print('OK\n');
      return;
    }
    const vmid = /^resume (\d+)$/.exec(line)?.[1];
    if (vmid === undefined) continue;
    const refusal = attempt(() => requireMonitor(session, vmid));
    session.print(refusal === undefined ? 'OK\n' : `ERR: resume failed - ${refusal}`);
  }
}
