import type { Command } from './command.ts';

export interface CommandEntry {
  readonly name: string;
  /** One line for the overview, without a full stop. */
  readonly summary: string;
  /** Imports the command's file: `load: () => import('./plan.ts')`. */
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of the overview. */
export const commands: readonly CommandEntry[] = [
  { name: 'run', summary: 'Run a playbook', load: () => import('./run.ts') },
  { name: 'task', summary: 'Run one task without a playbook', load: () => import('./task.ts') },
  {
    name: 'plan',
    summary: 'Show what a state document would change',
    load: () => import('./plan.ts'),
  },
  {
    name: 'apply',
    summary: 'Change the fleet to what a state document declares',
    load: () => import('./apply.ts'),
  },
  {
    name: 'resume',
    summary: 'Go on with a run that was interrupted or killed',
    load: () => import('./resume.ts'),
  },
  {
    name: 'drift',
    summary: 'Compare the fleet with a state document, for cron, mail and CI',
    load: () => import('./drift.ts'),
  },
  {
    name: 'exec',
    summary: 'Run a command on many nodes, equal answers folded',
    load: () => import('./exec.ts'),
  },
  {
    name: 'selftest',
    summary: 'Try on one node whether Proxmox VE does what is expected of it',
    load: () => import('./selftest.ts'),
  },
  { name: 'start', summary: 'Start guests', load: () => import('./start.ts') },
  { name: 'shutdown', summary: 'Shut guests down', load: () => import('./shutdown.ts') },
  { name: 'stop', summary: 'Stop guests hard', load: () => import('./stop.ts') },
  { name: 'reboot', summary: 'Reboot guests', load: () => import('./reboot.ts') },
  { name: 'hibernate', summary: 'Suspend VMs to disk', load: () => import('./hibernate.ts') },
  { name: 'migrate', summary: 'Move guests to another node', load: () => import('./migrate.ts') },
  { name: 'clone', summary: 'Clone a guest or a template', load: () => import('./clone.ts') },
  { name: 'reassign', summary: 'Give a disk to another guest', load: () => import('./reassign.ts') },
  { name: 'backup', summary: 'Back guests up', load: () => import('./backup.ts') },
  {
    name: 'restore',
    summary: 'Restore a guest from an archive',
    load: () => import('./restore.ts'),
  },
  {
    name: 'snapshot',
    summary: 'Take, remove, roll back to snapshots of guests',
    load: () => import('./snapshot.ts'),
  },
  { name: 'cp', summary: 'Copy files to many nodes, or from them', load: () => import('./cp.ts') },
  { name: 'ssh', summary: 'Open a shell on one host', load: () => import('./ssh.ts') },
  {
    name: 'ping',
    summary: 'Ask who answers, how fast, with which Proxmox VE, quorate or not',
    load: () => import('./ping.ts'),
  },
  { name: 'ls', summary: 'List things of one kind over all clusters', load: () => import('./ls.ts') },
  {
    name: 'find',
    summary: 'Find a VMID, name, address or any text in the fleet',
    load: () => import('./find.ts'),
  },
  {
    name: 'survey',
    summary: 'Read the nodes and save what was found',
    load: () => import('./survey.ts'),
  },
  {
    name: 'history',
    summary: 'List the runs that were recorded',
    load: () => import('./history.ts'),
  },
  { name: 'show', summary: 'Show what a run did', load: () => import('./show.ts') },
  {
    name: 'rollback',
    summary: 'Take back what a run changed',
    load: () => import('./rollback.ts'),
  },
  {
    name: 'audit',
    summary: 'Verify the journals of runs, or list what was done',
    load: () => import('./audit.ts'),
  },
  { name: 'lint', summary: "Check Proxmox VE's own files", load: () => import('./lint.ts') },
  {
    name: 'inventory',
    summary: 'Show groups, hosts and addresses of the inventory',
    load: () => import('./inventory.ts'),
  },
  {
    name: 'init',
    summary: 'Make an inventory of the cluster that one node is in',
    load: () => import('./init.ts'),
  },
  {
    name: 'query',
    summary: 'Print the state of a cluster, for other programs',
    load: () => import('./query.ts'),
  },
  {
    name: 'diff',
    summary: 'Print what differs from a state, for other programs',
    load: () => import('./diff.ts'),
  },
  {
    name: 'config',
    summary: 'Show which settings are in force, and where they were set',
    load: () => import('./config.ts'),
  },
  {
    name: 'docs',
    summary: 'Print a page of the documentation, or a sudoers file',
    load: () => import('./docs.ts'),
  },
];
