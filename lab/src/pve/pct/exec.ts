import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { isRunning } from './run-state.ts';
import { loadCt } from './store.ts';

/** `pct exec`: the lab's containers have no system inside; only their host name answers. Throws Failure. */
export function execInside(session: Session, { vmid = '' }: Parameters, argv: readonly string[]): void {
  const config = loadCt(session, vmid);
  if (argv.length === 0) die('missing command at /usr/share/perl5/PVE/CLI/pct.pm line 246.');
  if (!isRunning(session.machine, vmid)) die(`container '${vmid}' not running!`);
  if (argv.join(' ') !== 'hostname')
    die(`pvefleet-lab: 'pct exec ${vmid} -- ${argv.join(' ')}' is not modelled`);
  session.print(`${(config.main.get('hostname') ?? `CT${vmid}`).replace(/\..*$/, '')}\n`);
}
