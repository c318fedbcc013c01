import { plainHostTask } from './host/host-task.ts';
import { choice, integer, optional, plainText, preset } from './host/parameters.ts';
import { decideSystemd, systemdParameters, systemdReads } from './systemd.ts';

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
  check: ({ name, state, enabled, masked, daemon_reload: reload, daemon_reexec: reexec }) => [
    ...(state === undefined && enabled === undefined && masked === undefined && !reload && !reexec
      ? [{ what: '"state" or "enabled" is wanted' }]
      : []),
    ...(name === undefined && (state !== undefined || enabled !== undefined || masked !== undefined)
      ? [{ what: '"name" is missing' }]
      : []),
  ],
  reads: systemdReads,
  decide: decideSystemd,
});
