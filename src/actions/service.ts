import { plainHostTask } from './host/host-task.ts';
import { choice, integer, optional, plainText, preset } from './host/parameters.ts';
import { decideSystemd, missingName, systemdParameters, systemdReads } from './systemd.ts';

/** What Ansible's module takes no notice of where there is systemd. */
const unused = {
  use: preset(choice(['auto', 'systemd', 'service'], 'Taken; it is systemd anyway.'), 'auto'),
  pattern: optional(plainText('Taken; systemd has no use for it.')),
  sleep: optional(integer('Taken; systemd has no use for it.')),
  runlevel: optional(plainText('Taken; systemd has no use for it.')),
  arguments: optional(plainText('Taken; systemd has no use for it.', ['args'])),
};

/** A service, as Ansible's module, which hands all that it is given to that of systemd; the nodes have systemd. */
export const service = plainHostTask({
  name: 'service',
  help: 'A service: running, enabled.',
  parameters: { ...systemdParameters, ...unused },
  notYet: [],
  changes: true,
  check: (values) => {
    const { state, enabled, masked, daemon_reload: reload, daemon_reexec: reexec } = values;
    const isAnything =
      state !== undefined || enabled !== undefined || masked !== undefined || reload || reexec;
    return isAnything ? missingName(values) : [{ what: '"state" or "enabled" is wanted' }];
  },
  reads: systemdReads,
  decide: decideSystemd,
});
