import { plainHostTask } from './host/host-task.ts';
import { choice, plainText, preset } from './host/parameters.ts';

const RUNNING = '/proc/sys/kernel/hostname';
const STATIC = '/etc/hostname';
const CLUSTER = '/etc/pve/corosync.conf';
const GUESTS = '/etc/pve/nodes/*/*/*.conf';

/** The name of the node, as Ansible's module. Proxmox VE keeps guests below the node's name, so not where there are any. */
export const hostname = plainHostTask({
  name: 'hostname',
  help: 'The name of a host; not of a node that is in a cluster or has guests.',
  parameters: {
    name: plainText('The name.'),
    use: preset(choice(['systemd', 'debian', 'generic'], 'Taken; it is hostnamectl anyway.'), 'systemd'),
  },
  notYet: [],
  changes: true,
  check: ({ name }) =>
    /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/u.test(name)
      ? []
      : [{ argument: 'name', what: `"${name}" is no name of a host` }],
  reads: () => [
    { read: 'path', path: RUNNING, content: true },
    { read: 'path', path: STATIC, content: true },
    { read: 'path', path: CLUSTER },
    { read: 'glob', pattern: GUESTS },
  ],
  decide({ name }, facts) {
    const [running, kept] = [RUNNING, STATIC].map((path) => facts.path(path).content?.toString().trim());
    const result = { name, ansible_facts: { ansible_hostname: name.split('.')[0], ansible_nodename: name } };
    if (running === name && kept === name) return { is: 'as wanted', result };
    const why = `Cannot rename ${running ?? 'the host'} to ${name}`;
    if (facts.path(CLUSTER).status !== undefined)
      return { is: 'refused', why: `${why}: it is a node of a cluster, which knows it by this name` };
    if (facts.glob(GUESTS).length > 0)
      return { is: 'refused', why: `${why}: it has guests, whose files are below this name` };
    return {
      is: 'change',
      acts: [{ argv: ['hostnamectl', 'set-hostname', name] }],
      diffs: [{ path: STATIC, before: `${kept ?? ''}\n`, after: `${name}\n` }],
      result,
    };
  },
});
