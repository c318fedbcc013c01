import type { Machine } from '../../machine.ts';

const RESOURCES = '/etc/pve/ha/resources.cfg';
const RULES = '/etc/pve/ha/rules.cfg';
const JOBS = '/etc/pve/jobs.cfg';
const REPLICATION = '/etc/pve/replication.cfg';
const CRON =
  '# cluster wide vzdump cron schedule\n# Automatically generated file - do not edit\n\nPATH="/usr/sbin:/usr/bin:/sbin:/bin"\n\n';

/** The sections of a section config file; a section ends at an empty line. */
function sectionsOf(text: string): readonly string[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.replace(/^\n+/, ''))
    .filter((block) => block.trim() !== '');
}

function join(sections: readonly string[]): string {
  return sections.map((block) => `${block.trimEnd()}\n\n`).join('');
}

function headerOf(id: string): RegExp {
  const [type = '', name = ''] = id.split(':');
  return new RegExp(`^${type}:\\s*${name}\\s*$`, 'm');
}

/** Whether the HA manager is told of a guest (`vm:100`, `ct:200`). */
export function isHaResource(machine: Machine, id: string): boolean {
  return headerOf(id).test(machine.files.read(RESOURCES) ?? '');
}

/** Takes a guest out of the HA configuration; PVE writes the rules anew as well. True if it was there. */
export function purgeFromHa(machine: Machine, id: string): boolean {
  if (!isHaResource(machine, id)) return false;
  machine.files.write(
    RESOURCES,
    join(sectionsOf(machine.files.read(RESOURCES) ?? '').filter((block) => !headerOf(id).test(block))),
  );
  const rules = sectionsOf(machine.files.read(RULES) ?? '').flatMap((block) => withoutResource(block, id));
  machine.files.write(RULES, join(rules));
  return true;
}

/** A rule without the guest; none if no guest is left. */
function withoutResource(block: string, id: string): readonly string[] {
  const list = /^(\s+resources\s+)(.*)$/m.exec(block);
  if (list === null) return [block];
  const left = (list[2] ?? '').split(',').filter((one) => one !== id);
  return left.length === 0 ? [] : [block.replace(list[0], `${list[1]}${left.join(',')}`)];
}

/** Takes a guest out of replication and backup jobs; a job left without guests goes. PVE writes all these files anew. */
export function purgeFromBackupJobs(machine: Machine, vmid: string): void {
  if (!machine.files.exists(REPLICATION)) machine.files.write(REPLICATION, '');
  machine.files.write('/etc/pve/vzdump.cron', CRON);
  const text = machine.files.read(JOBS);
  if (text === undefined) return;
  const kept = sectionsOf(text).flatMap((block) => {
    const list = /^\s+vmid\s+(.*)$/m.exec(block);
    if (!block.startsWith('vzdump:') || list === null) return [block];
    const left = (list[1] ?? '').split(',').filter((id) => id !== vmid);
    return left.length === 0 ? [] : [block.replace(list[0], `\tvmid ${left.join(',')}`)];
  });
  machine.files.write(JOBS, join(kept));
}
