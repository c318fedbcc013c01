import type { Exited } from '../cli/tool.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { runInside } from '../guest/inside.ts';
import type { Session } from '../session.ts';
import { filesInside } from './inside-files.ts';
import { isRunning } from './run-state.ts';
import { loadCt } from './store.ts';

/** `pct exec`: output and exit code are those of the command. Throws Failure. */
export async function execInContainer(
  session: Session,
  { vmid = '' }: Parameters,
  argv: readonly string[],
): Promise<Exited> {
  const config = loadCt(session, vmid);
  if (!isRunning(session.machine, vmid)) die(`container '${vmid}' not running!`);
  if (argv.length === 0) die('missing command at /usr/share/perl5/PVE/CLI/pct.pm line 246.');
  const hostname = (config.main.get('hostname') ?? `CT${vmid}`).replace(/\..*$/, '');
  const ran = await runInside(session, hostname, argv, filesInside(session.machine, vmid, config));
  if (ran === undefined) {
    session.writeError(
      `lxc-attach: ${vmid}: ../src/lxc/attach.c: lxc_attach_run_command: 1841 No such file or directory - Failed to exec "${argv[0] ?? ''}"\n`,
    );
    return { exit: 127 };
  }
  session.print(ran.stdout);
  session.writeError(ran.stderr);
  return { exit: ran.exit };
}
