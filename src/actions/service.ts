import { plainHostTask } from './host/host-task.ts';
import { plainText } from './host/parameters.ts';
import { decideUnit, unitParameters } from './host/unit.ts';

/** A service, as Ansible's module; the nodes have systemd. */
export const service = plainHostTask({
  name: 'service',
  help: 'A service: running, enabled.',
  parameters: { name: plainText('The service.'), ...unitParameters },
  notYet: ['pattern', 'sleep', 'runlevel', 'arguments', 'args', 'use'],
  changes: true,
  check: ({ state, enabled }) =>
    state === undefined && enabled === undefined ? [{ what: '"state" or "enabled" is wanted' }] : [],
  reads: ({ name }) => [{ read: 'unit', name }],
  decide: decideUnit,
});
