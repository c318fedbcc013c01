import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Section } from '../guest/config.ts';
import type { Session } from '../session.ts';
import { requiredPid, runningPid } from './run-state.ts';
import { loadVm } from './store.ts';

const SERIALS = ['serial0', 'serial1', 'serial2', 'serial3'];
const ESCAPE = /^(?:\^[\x40-\x7a]|0x[0-9a-f]+|[0-9]+)$/i;

/** `qm terminal`, as far as PVE refuses it (PVE/CLI/qm.pm); what a guest shows on a serial line is not modelled. Throws Failure. */
export function openTerminal(session: Session, { vmid = '', iface, escape = '^O' }: Parameters): never {
  if (!ESCAPE.test(escape)) die(`invalid escape character definition: ${escape}`);
  requireSerial(loadVm(session, vmid).main, iface);
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} not running`);
  return die('pvefleet-lab: the serial terminal of a running VM is not modelled');
}

function requireSerial(section: Section, iface: string | undefined): void {
  if (iface === undefined) {
    if (!SERIALS.some((name) => section.get(name) === 'socket')) die('unable to find a serial interface');
    return;
  }
  if (!section.has(iface)) die(`serial interface '${iface}' is not configured`);
  if (section.get(iface) !== 'socket') die(`wrong serial type on interface '${iface}'`);
}

/** `qm vncproxy`, as far as PVE refuses it. Throws Failure. */
export function proxyVnc(session: Session, { vmid = '' }: Parameters): never {
  requiredPid(session, vmid);
  if (!session.input.env['LC_PVE_TICKET'])
    die('LC_PVE_TICKET not set, VNC proxy without password is forbidden');
  if (runningPid(session.machine, vmid) === undefined) die(`VM ${vmid} not running`);
  return die('pvefleet-lab: the screen of a running VM is not modelled');
}
