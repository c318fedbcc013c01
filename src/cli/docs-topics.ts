import { readFile } from 'node:fs/promises';

export interface Topic {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Its text is made for a user of the nodes. */
  readonly forUser: boolean;
  readonly text: (user: string | undefined) => Promise<string>;
}

/** What `pvefleet docs` prints, in the order of its list. */
export const topics: readonly Topic[] = [
  page('user-guide', 'A first day, and a first week'),
  page('first-inventory', 'From one node to an inventory of its cluster: init'),
  page('inventory', 'Hosts, groups, patterns, variables, vaults, other users than root'),
  {
    name: 'sudoers',
    summary: 'A sudoers file for nodes that nobody logs in to as root',
    forUser: true,
    text: async (user) => (await import('./sudoers-page.ts')).sudoersPage(user ?? 'ops'),
  },
  page('connections', 'How nodes are reached: addresses, host keys, keys, passwords, jump hosts'),
  page('connections-openssh', "Through the system's ssh, and on this machine itself"),
  page('exec', 'A command on many nodes, or in their guests'),
  page('guests', 'Guests by selector: power, moves, snapshots, backups, clones, restores'),
  page('disks', 'What each declaration does to a disk: made, imported, grown, moved, detached'),
  page('copy', 'Files to many nodes, and from them'),
  page('looking-around', 'Who is where: ls and find'),
  page('lint', "What is wrong in Proxmox VE's own files"),
  page('offline', 'Without a connection: saved surveys and copies of /etc/pve'),
  page('performance', 'What is fast, what it costs, and how that is measured'),
  page('planning', 'Reading a plan, saved plans, what each action means, brakes'),
  page('documents', 'State documents: sections, groups of guests, guests without a number'),
  page('births', 'How a guest is made: clones, backups, many at once; and how it goes'),
  page('resume', 'Ctrl-C, lost connections, dead controllers: going on with a run'),
  page('rollback', 'Taking back what a run changed: what comes back, and what does not'),
  page('selftest', 'Whether your Proxmox VE does what is expected of it, on throw-away guests'),
  page('reports', 'What a run shows: on a terminal, in CI, as JSON, JUnit, a page for people'),
  page('events', 'Each event of run --json and apply --json, with an example'),
  page('drift', 'Drift for cron and CI, and the plugin contract for other programs'),
  page('configuration', 'Config files, environment, which setting wins'),
  page('playbooks', 'Plays, tasks, tags and variables'),
  page('coming-from-ansible', 'What is the same, what differs, and why'),
  page(
    'tasks',
    "Ansible's modules, and PVE's: files, packages, services, users, waiting, maintenance, upgrades",
  ),
  page(
    'rolling-upgrade',
    'Patching and restarting nodes, evacuation, from 8 to 9: the playbooks that come with it',
  ),
  page('kinds', 'The options of VMs, containers and all else that is declared'),
  page('templates', 'What templates can do'),
  page('security', 'What is trusted, what a stolen controller can do, how to limit it'),
  page('audit', 'What is recorded of runs, and how to check it'),
];

/** A page of docs/. */
function page(name: string, summary: string): Topic {
  return {
    name,
    summary,
    forUser: false,
    text: () => readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8'),
  };
}
