import { plainHostTask } from './host/host-task.ts';
import { choice, integer, optional, plainText, preset } from './host/parameters.ts';
import { decideUnit, unitParameters } from './host/unit.ts';

/** What Ansible's module takes no notice of where there is systemd. */
const unused = {
  use: preset(choice(['auto', 'systemd', 'service'], 'Taken; it is systemd anyway.'), 'auto'),
  pattern: optional(plainText('Taken; systemd has no use for it.')),
  sleep: optional(integer('Taken; systemd has no use for it.')),
  runlevel: optional(plainText('Taken; systemd has no use for it.')),
  arguments: optional(plainText('Taken; systemd has no use for it.', ['args'])),
};

/** A service, as Ansible's module; the nodes have systemd. */
export const service = plainHostTask({
  name: 'service',
  help: 'A service: running, enabled.',
  parameters: { name: plainText('The service.'), ...unitParameters, ...unused },
  notYet: [],
  changes: true,
  check: ({ state, enabled }) =>
    state === undefined && enabled === undefined ? [{ what: '"state" or "enabled" is wanted' }] : [],
  reads: ({ name }) => [{ read: 'unit', name }],
  decide: decideUnit,
});
