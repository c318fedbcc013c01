import { installedPackages, offeredPackages } from '../apt/database.ts';
import { distUpgrade, isNewer } from '../apt/upgrade.ts';
import { rrdText } from '../files/rrd.ts';
import { runsOn } from '../pve/guest/power.ts';
import type { Machine } from '../machine.ts';
import { guestIds } from '../pve/guest/store.ts';
import type { Call, Program } from '../shell/program.ts';
import { done } from '../shell/ran.ts';

/**
 * pve8to9, as far as the lab has what it looks at: packages, kernel, cluster, storages, guests, services, time (pve-manager,
 * PVE/CLI/pve8to9.pm, whose lines these are). It was not recorded. Each other check of it is left out.
 */
export const pve8to9: Program = async (call) => {
  const lines = new Lines();
  const upgraded = packages(call, lines);
  await clusterHealth(call, lines);
  lines.head('CHECKING HYPER-CONVERGED CEPH STATUS');
  if (call.node.machine.files.exists('/etc/pve/ceph.conf'))
    lines.say('info', 'hyper-converged ceph setup detected!');
  else lines.say('skip', 'no hyper-converged ceph setup detected!');
  storages(call.node.machine, lines);
  guests(call.node.machine, lines, upgraded);
  await services(call, lines);
  return done(lines.end());
};

type Level = 'pass' | 'info' | 'skip' | 'notice' | 'warn' | 'fail';

const COLOURS: Readonly<Record<Level, string>> = { pass: '\u001B[32m', notice: '\u001B[1m', warn: '\u001B[33m', fail: '\u001B[1;31m', info: '', skip: '' }; // prettier-ignore
const RESET = '\u001B[0m';

/** What it prints: it colours it whoever reads. */
class Lines {
  #text = '';
  readonly #counts: Record<Level, number> = { pass: 0, info: 0, skip: 0, notice: 0, warn: 0, fail: 0 };

  head(text: string): void {
    this.#text += `${this.#text === '' ? '' : '\n'}= ${text} =\n\n`;
  }

  plain(text: string): void {
    this.#text += `${text}\n`;
  }

  say(level: Level, text: string): void {
    this.#counts[level]++;
    this.#text += `${COLOURS[level]}${level.toUpperCase()}: ${text}\n${RESET}`;
  }

  end(): string {
    const { pass, skip, notice, warn, fail } = this.#counts;
    this.head('SUMMARY');
    const coloured = (text: string, colour: string, isOn: boolean): string =>
      isOn ? `${colour}${text}${RESET}` : text;
    this.#text += `TOTAL:    ${pass + skip + notice + warn + fail}\n`;
    this.#text += coloured(`PASSED:   ${pass}\n`, COLOURS.pass, true);
    this.#text += `SKIPPED:  ${skip}\n`;
    this.#text += coloured(`WARNINGS: ${warn}\n`, COLOURS.warn, warn > 0);
    this.#text += coloured(`FAILURES: ${fail}\n`, COLOURS.fail, fail > 0);
    if (warn + fail > 0) {
      const colour = fail > 0 ? COLOURS.fail : COLOURS.warn;
      this.#text += coloured(
        '\nATTENTION: Please check the output for detailed information!\n',
        colour,
        true,
      );
      if (fail > 0)
        this.#text += coloured(
          'Try to solve the problems one at a time and then run this checklist tool again.\n',
          colour,
          true,
        );
    }
    return this.#text;
  }
}

/** True when the node is on 9 already. */
function packages({ node }: Call, lines: Lines): boolean {
  const { machine, kernel } = node;
  const installed = installedPackages(machine);
  lines.head('CHECKING VERSION INFORMATION FOR PVE PACKAGES');
  lines.plain('Checking for package updates..');
  const { upgraded } = distUpgrade(installed, offeredPackages(machine));
  if (upgraded.length > 0)
    lines.say('warn', `updates for the following packages are available:\n  ${upgraded.join(', ')}`);
  else lines.say('pass', 'all packages up-to-date');
  lines.plain('\nChecking proxmox-ve package version..');
  const version = installed['proxmox-ve'];
  if (version === undefined) {
    lines.say('fail', 'proxmox-ve package not found!');
    return false;
  }
  const isUpgraded = Number(version.split('.')[0]) > 8;
  if (isUpgraded) lines.say('pass', 'already upgraded to Proxmox VE 9');
  else if (!isNewer('8.4.0', version)) lines.say('pass', 'proxmox-ve package has version >= 8.4-0');
  else lines.say('fail', 'proxmox-ve package is too old, please upgrade to >= 8.4-0!');
  lines.plain('\nChecking running kernel version..');
  const isExpected = isUpgraded
    ? /^(?:6\.(?:1[4-9])|7\.\d+)/.test(kernel.release)
    : /^6\.(?:2|5|8|11|14)/.test(kernel.release);
  if (!isExpected) lines.say('warn', `unexpected running and installed kernel '${kernel.release}'.`);
  else if (isUpgraded) lines.say('pass', `running new kernel '${kernel.release}' after upgrade.`);
  else lines.say('pass', `running kernel '${kernel.release}' is considered suitable for upgrade.`);
  return isUpgraded;
}

async function clusterHealth(call: Call, lines: Lines): Promise<void> {
  const { cluster } = call.node.machine;
  lines.head('CHECKING CLUSTER HEALTH/SETTINGS');
  if (cluster.name === undefined) {
    lines.say('skip', 'standalone node.');
    return;
  }
  for (const unit of ['pve-cluster.service', 'corosync.service']) await unitState(call, lines, unit);
  if (cluster.quorate()) lines.say('pass', 'Cluster Filesystem is quorate.');
  else lines.say('fail', 'Cluster Filesystem readonly, lost quorum?!');
  lines.plain('\nAnalzying quorum settings and state..');
  const expected = cluster.members.reduce((sum, { votes }) => sum + votes, 0);
  const online = cluster.members.filter(({ name }) => cluster.isOnline(name));
  const total = online.reduce((sum, { votes }) => sum + votes, 0);
  const offline = cluster.members.length - online.length;
  if (offline > 0) lines.say('fail', `${offline} nodes are offline!`);
  lines.say('info', `configured votes - nodes: ${expected}`);
  lines.say('info', 'configured votes - qdevice: 0');
  lines.say('info', `current expected votes: ${expected}`);
  lines.say('info', `current total votes: ${total}`);
  if (total < expected) lines.say('warn', `total votes < expected votes: ${total}/${expected}!`);
  if (cluster.members.length < 3)
    lines.say('warn', 'cluster consists of less than three quorum-providing nodes!');
  lines.plain('\nChecking nodelist entries..');
  lines.say('pass', 'nodelist settings OK');
  lines.plain('\nChecking totem settings..');
  lines.say('pass', 'totem settings OK');
  lines.plain('');
  lines.say('info', "run 'pvecm status' to get detailed cluster status..");
}

async function unitState(call: Call, lines: Lines, unit: string): Promise<void> {
  const state = (await call.exec(`systemctl is-active ${unit}`)).stdout.trim();
  const level = state === 'active' ? 'pass' : state === 'inactive' || state === 'failed' ? 'fail' : 'warn';
  lines.say(level, `systemd unit '${unit}' is in state '${state}'`);
}

function storages(machine: Machine, lines: Lines): void {
  lines.head('CHECKING CONFIGURED STORAGES');
  const text = machine.files.read('/etc/pve/storage.cfg') ?? '';
  const reported = rrdText([machine], machine.clock());
  const all = [...text.matchAll(/^[a-z]+: (\S+)\n((?:[ \t].*\n)*)/gm)].toSorted(([, a = ''], [, b = '']) =>
    a < b ? -1 : 1,
  );
  for (const [, id = '', body = ''] of all) {
    if (/^\s*disable(?: 1)?$/m.test(body)) lines.say('skip', `storage '${id}' disabled.`);
    else if (reported.includes(`/${machine.name}/${id}:`))
      lines.say('pass', `storage '${id}' enabled and active.`);
    else lines.say('warn', `storage '${id}' enabled but not active!`);
  }
}

function guests(machine: Machine, lines: Lines, isUpgraded: boolean): void {
  lines.head('VIRTUAL GUEST CHECKS');
  if (isUpgraded) {
    lines.say('skip', 'Skipping check for running guests - already upgraded.');
    return;
  }
  lines.say('info', 'Checking for running guests..');
  const sids = [
    ...guestIds(machine, 'qemu').map((vmid) => `vm:${vmid}`),
    ...guestIds(machine, 'lxc').map((vmid) => `ct:${vmid}`),
  ];
  const running = sids.filter((sid) => runsOn(machine, sid)).length;
  if (running > 0)
    lines.say('warn', `${running} running guest(s) detected - consider migrating or stopping them.`);
  else lines.say('pass', 'no running guest detected.');
}

async function services(call: Call, lines: Lines): Promise<void> {
  lines.head('MISCELLANEOUS CHECKS');
  if (!call.node.machine.files.exists('/root/.ssh/config')) lines.say('skip', 'No SSH config file found.');
  lines.say('info', 'Checking common daemon services..');
  for (const name of ['pveproxy', 'pvedaemon', 'pvescheduler', 'pvestatd'])
    await unitState(call, lines, `${name}.service`);
  lines.say('info', 'Checking for supported & active NTP service..');
  lines.say('pass', "Detected active time synchronisation unit 'chrony.service'");
  if (call.argv.includes('--full') || call.argv.includes('-full')) return;
  lines.say(
    'skip',
    "NOTE: Expensive checks, like CT cgroupv2 compat, not performed without '--full' parameter",
  );
}
