import type { Action } from './action.ts';
import { aptRepository } from './apt-repository.ts';
import { apt } from './apt.ts';
import { assert } from './assert.ts';
import { asyncStatus } from './async-status.ts';
import { authorizedKey } from './authorized-key.ts';
import { blockinfile } from './blockinfile.ts';
import { cephFlags } from './ceph-flags.ts';
import { certificates } from './certificates.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { cron } from './cron.ts';
import { deb822Repository } from './deb822-repository.ts';
import { debug } from './debug.ts';
import { evacuate } from './evacuate.ts';
import { fail } from './fail.ts';
import { fetch } from './fetch.ts';
import { file } from './file.ts';
import { find } from './find.ts';
import { gate } from './gate.ts';
import { getUrl } from './get-url.ts';
import { getent } from './getent.ts';
import { group } from './group.ts';
import { hostname } from './hostname.ts';
import { includeVars } from './include-vars.ts';
import { lineinfile } from './lineinfile.ts';
import { maintenance } from './maintenance.ts';
import { modprobe } from './modprobe.ts';
import { mount } from './mount.ts';
import { packageFacts } from './package-facts.ts';
import { packageModule } from './package.ts';
import { pause } from './pause.ts';
import { ping } from './ping.ts';
import { pve8to9 } from './pve8to9.ts';
import { raw } from './raw.ts';
import { reboot } from './reboot.ts';
import { replace } from './replace.ts';
import { returnGuests } from './return.ts';
import { script } from './script.ts';
import { serviceFacts } from './service-facts.ts';
import { service } from './service.ts';
import { setFact } from './set-fact.ts';
import { setup } from './setup.ts';
import { shell } from './shell.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat.ts';
import { sysctl } from './sysctl.ts';
import { systemd, systemdService } from './systemd.ts';
import { tempfile } from './tempfile.ts';
import { template } from './template.ts';
import { timezone } from './timezone.ts';
import { unarchive } from './unarchive.ts';
import { upgrade } from './upgrade.ts';
import { uri } from './uri.ts';
import { user } from './user.ts';
import { waitForConnection } from './wait-for-connection.ts';
import { waitFor } from './wait-for.ts';

export const actions: readonly Action[] = [
  apt,
  aptRepository,
  assert,
  asyncStatus,
  authorizedKey,
  blockinfile,
  cephFlags,
  certificates,
  command,
  copy,
  cron,
  deb822Repository,
  debug,
  evacuate,
  fail,
  fetch,
  file,
  find,
  gate,
  getUrl,
  getent,
  group,
  hostname,
  includeVars,
  lineinfile,
  maintenance,
  modprobe,
  mount,
  packageFacts,
  packageModule,
  pause,
  ping,
  pve8to9,
  raw,
  reboot,
  replace,
  returnGuests,
  script,
  service,
  serviceFacts,
  setFact,
  setup,
  shell,
  slurp,
  stat,
  sysctl,
  systemd,
  systemdService,
  tempfile,
  template,
  timezone,
  unarchive,
  upgrade,
  uri,
  user,
  waitFor,
  waitForConnection,
];

export const actionNames: readonly string[] = actions.map(({ name }) => name);

export function findAction(name: string): Action | undefined {
  return actions.find((action) => action.name === name);
}
