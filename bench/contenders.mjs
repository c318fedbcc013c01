// Who is compared, as data: a name, the command line, its environment, and the program that has to be there.
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../bin/pvefleet.js', import.meta.url));
const sessions = fileURLToPath(new URL('sessions.mjs', import.meta.url));

/** Where Debian's ansible-mitogen has what Ansible loads. */
const mitogen = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy';

const ansibleEnvironment = (fleet, config, more = {}) => ({
  ANSIBLE_SSH_ARGS: `-F ${fleet.file(config)} -o ControlMaster=no`,
  ANSIBLE_PIPELINING: 'True',
  ANSIBLE_HOST_KEY_CHECKING: 'True',
  ANSIBLE_DEPRECATION_WARNINGS: 'False',
  ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
  ...more,
});

const pvefleet = (fleet) => [
  'node',
  cli,
  'exec',
  'all',
  '-i',
  fleet.file('inventory'),
  '-f',
  `${fleet.hosts.length}`,
];

/** `true` on every host, from nothing. The first is the one that the others are set against. */
export const cold = (fleet) => {
  const { hosts, file } = fleet;
  const count = `${hosts.length}`;
  const list = hosts.join(',');
  const clush = (config) => ['clush', '-w', list, '-f', count, '-o', `-F ${file(config)}`, '-b', 'true'];
  const pdsh = (config) => ({
    needs: 'pdsh',
    argv: ['pdsh', '-R', 'ssh', '-f', count, '-w', list, 'true'],
    env: { PDSH_SSH_ARGS_APPEND: `-F ${file(config)}` },
  });
  return [
    { name: 'pvefleet', argv: [...pvefleet(fleet), '--', 'true'], env: { HOME: fleet.home } },
    {
      name: 'xargs ssh, curve25519',
      needs: 'ssh',
      argv: ['xargs', '-a', file('hosts'), '-P', count, '-I{}', 'ssh', '-F', file('curve'), '{}', 'true'],
    },
    { name: 'clush, curve25519', needs: 'clush', argv: clush('curve') },
    { name: 'pdsh, curve25519', ...pdsh('curve') },
    { name: 'clush, stock', needs: 'clush', argv: clush('stock'), slow: true },
    {
      name: 'parallel-ssh, stock',
      needs: 'parallel-ssh',
      argv: ['parallel-ssh', '-h', file('hosts'), '-p', count, '-x', `-F ${file('stock')}`, 'true'],
      slow: true,
    },
    {
      name: 'ansible ping',
      needs: 'ansible',
      argv: ['ansible', 'all', '-i', file('inventory'), '-m', 'ping', '-f', count],
      env: ansibleEnvironment(fleet, 'stock'),
      slow: true,
      rounds: 1,
    },
  ];
};

/** A script of 3 KB in, 61 KB out: as much as all facts of a node. */
export const facts = (fleet) => [
  {
    name: 'pvefleet',
    argv: ['node', sessions, fleet.file('inventory'), '1', '3000', '61000'],
    env: { HOME: fleet.home },
  },
  {
    name: 'ansible gather_facts',
    needs: 'ansible',
    argv: ['ansible', 'all', '-i', fleet.file('inventory'), '-m', 'setup', '-f', `${fleet.hosts.length}`],
    env: ansibleEnvironment(fleet, 'stock'),
    rounds: 2,
  },
];

/** A playbook that has nothing to do. */
export const play = (fleet, playbook) => {
  const count = `${fleet.hosts.length}`;
  const inventory = fleet.file('inventory');
  return [
    {
      name: 'pvefleet',
      argv: ['node', cli, 'run', playbook, '-i', inventory, '-f', count],
      env: { HOME: fleet.home, XDG_STATE_HOME: fleet.file('state') },
    },
    {
      name: 'ansible-playbook',
      needs: 'ansible-playbook',
      argv: ['ansible-playbook', '-i', inventory, '-f', count, playbook],
      env: ansibleEnvironment(fleet, 'stock'),
      rounds: 1,
    },
    {
      name: 'ansible-playbook, mitogen',
      needs: `${mitogen}/mitogen_linear.py`,
      argv: ['ansible-playbook', '-i', inventory, '-f', count, playbook],
      env: ansibleEnvironment(fleet, 'stock', {
        ANSIBLE_STRATEGY: 'mitogen_linear',
        ANSIBLE_STRATEGY_PLUGINS: mitogen,
      }),
      rounds: 1,
    },
  ];
};

/** `true` so many times on open connections; the difference between two of these is what warm commands cost. */
export const warm = (fleet, commands) => {
  const { hosts, file } = fleet;
  const count = `${hosts.length}`;
  const repeat = (line) => ['/bin/sh', '-c', `for i in $(seq ${commands}); do ${line} || exit 1; done`];
  const each = `xargs -a ${file('hosts')} -P ${count} -I{} ssh -F ${file('persist')} {} true`;
  const clush = `clush -w ${hosts.join(',')} -f ${count} -o '-F ${file('persist')}' -b true`;
  return [
    {
      name: 'pvefleet',
      argv: ['node', sessions, file('inventory'), `${commands}`],
      env: { HOME: fleet.home },
    },
    { name: 'xargs ssh, ControlPersist', needs: 'ssh', argv: repeat(each) },
    { name: 'clush, ControlPersist', needs: 'clush', argv: repeat(clush) },
  ];
};

/** Programs that only start. */
export const startUp = (fleet) => [
  { name: 'node -e 0', argv: ['node', '-e', '0'] },
  { name: 'pvefleet --version', argv: ['node', cli, '--version'] },
  { name: 'pvefleet --help', argv: ['node', cli, '--help'] },
  { name: 'pvefleet exec (usage error)', argv: ['node', cli, 'exec'], exit: 1 },
  // Everything is loaded, and nothing connected to: the pattern names no host.
  { name: 'pvefleet exec, loaded', argv: [...pvefleet(fleet), '--limit', 'none', '--', 'true'], exit: null },
  { name: 'clush --version', needs: 'clush', argv: ['clush', '--version'] },
  { name: 'ansible --version', needs: 'ansible', argv: ['ansible', '--version'] },
];

/** `true` on one host behind a proxy. */
export const far = (fleet, inventory, config) => [
  {
    name: 'pvefleet',
    argv: ['node', cli, 'exec', 'all', '-i', inventory, '--', 'true'],
    env: { HOME: fleet.home },
  },
  { name: 'ssh, curve25519', needs: 'ssh', argv: ['ssh', '-F', config, 'far', 'true'] },
];
