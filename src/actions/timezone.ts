import { plainHostTask } from './host/host-task.ts';
import { plainText } from './host/parameters.ts';

const LOCALTIME = '/etc/localtime';
const ZONES = '/usr/share/zoneinfo/';

/** The time zone of the node, as Ansible's module. */
export const timezone = plainHostTask({
  name: 'timezone',
  help: 'The time zone of the node.',
  parameters: { name: plainText('The zone: Europe/Vienna, UTC.') },
  notYet: ['hwclock'],
  changes: true,
  check: ({ name }) =>
    /^[A-Za-z][\w+/-]*$/u.test(name) ? [] : [{ argument: 'name', what: `"${name}" is no time zone` }],
  reads: ({ name }) => [
    { read: 'path', path: LOCALTIME },
    { read: 'path', path: ZONES + name },
  ],
  decide({ name }, facts) {
    if (facts.path(ZONES + name).followed?.kind !== 'file')
      return { is: 'refused', why: `Cannot set the time zone ${name}: the host knows no such zone` };
    const now = facts.path(LOCALTIME).target?.replace(/^.*\/zoneinfo\//u, '') ?? '';
    if (now === name) return { is: 'as wanted' };
    return {
      is: 'change',
      acts: [{ argv: ['timedatectl', 'set-timezone', name] }],
      diffs: [{ path: LOCALTIME, before: `${now}\n`, after: `${name}\n` }],
    };
  },
});
