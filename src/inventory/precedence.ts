import type { GroupDraft, HostDraft, Variables } from './draft.ts';
import type { VariableFiles } from './variable-files.ts';

/** Variables from directories, in the order the inventories were given; those beside the playbook win over them. */
export interface VariableDirectories {
  readonly inventory: readonly VariableFiles[];
  readonly playbook: readonly VariableFiles[];
}

/**
 * The variables of a host from all places of the inventory, each winning over those before it. This is Ansible's order
 * ("Understanding variable precedence" in its documentation, 3 to 10); plays, tasks and -e come after it
 * (playbook/variables.ts). `groups` is ordered: `all` first, parents before children, then by ansible_group_priority and
 * name.
 */
export function variablesInOrder(
  host: Pick<HostDraft, 'name' | 'variables'>,
  groups: readonly GroupDraft[],
  { inventory, playbook }: VariableDirectories,
): readonly Variables[] {
  const names = groups.map(({ name }) => name).filter((name) => name !== 'all');
  const ofAll = (files: VariableFiles): Variables | undefined => files.groups.get('all');
  const ofGroups = (files: VariableFiles): readonly (Variables | undefined)[] =>
    names.map((name) => files.groups.get(name));
  const ofHost = (files: VariableFiles): Variables | undefined => files.hosts.get(host.name);
  return [
    ...groups.map(({ variables }) => variables),
    ...inventory.map(ofAll),
    ...playbook.map(ofAll),
    ...inventory.flatMap(ofGroups),
    ...playbook.flatMap(ofGroups),
    host.variables,
    ...inventory.map(ofHost),
    ...playbook.map(ofHost),
  ].filter((variables) => variables !== undefined);
}
