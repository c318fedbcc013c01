import type { Action } from './action.ts';
import { apt } from './apt.ts';
import { aptRepository } from './apt-repository.ts';
import { assert } from './assert.ts';
import { asyncStatus } from './async-status.ts';
import { authorizedKey } from './authorized-key.ts';
import { blockinfile } from './blockinfile.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { cron } from './cron.ts';
import { deb822Repository } from './deb822-repository.ts';
import { debug } from './debug.ts';
import { fail } from './fail.ts';
import { fetch } from './fetch.ts';
import { file } from './file.ts';
import { getUrl } from './get-url.ts';
import { group } from './group.ts';
import { hostname } from './hostname.ts';
import { includeVars } from './include-vars.ts';
import { lineinfile } from './lineinfile.ts';
import { modprobe } from './modprobe.ts';
import { mount } from './mount.ts';
import { pause } from './pause.ts';
import { raw } from './raw.ts';
import { reboot } from './reboot.ts';
import { replace } from './replace.ts';
import { script } from './script.ts';
import { service } from './service.ts';
import { setFact } from './set-fact.ts';
import { shell } from './shell.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat.ts';
import { sysctl } from './sysctl.ts';
import { systemd, systemdService } from './systemd.ts';
import { template } from './template.ts';
import { timezone } from './timezone.ts';
import { unarchive } from './unarchive.ts';
import { user } from './user.ts';
import { waitFor } from './wait-for.ts';
import { waitForConnection } from './wait-for-connection.ts';

export const actions: readonly Action[] = [
  apt,
  aptRepository,
  assert,
  asyncStatus,
  authorizedKey,
  blockinfile,
  command,
  copy,
  cron,
  deb822Repository,
  debug,
  fail,
  fetch,
  file,
  getUrl,
  group,
  hostname,
  includeVars,
  lineinfile,
  modprobe,
  mount,
  pause,
  raw,
  reboot,
  replace,
  script,
  service,
  setFact,
  shell,
  slurp,
  stat,
  sysctl,
  systemd,
  systemdService,
  template,
  timezone,
  unarchive,
  user,
  waitFor,
  waitForConnection,
];

export const actionNames: readonly string[] = actions.map(({ name }) => name);

export function findAction(name: string): Action | undefined {
  return actions.find((action) => action.name === name);
}
