import { lookupNames } from '../template/lookups/lookups.ts';

/**
 * The words that a playbook may hold, a closed list. Names of what Ansible has and pvefleet hasn't yet are from
 * Ansible's pages "Playbook Keywords" and "Index of all Modules"; they are told apart from words that nobody knows.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

/** What a play, a block, a task and a role all take (settings.ts). */
const SHARED = words(`
  any_errors_fatal become become_method become_user check_mode diff environment ignore_errors ignore_unreachable
  module_defaults no_log run_once tags throttle timeout vars`);

export const PLAY_KEYWORDS = words(`
  name hosts collections connection force_handlers gather_facts gather_subset gather_timeout handlers max_fail_percentage order port post_tasks pre_tasks remote_user roles serial strategy tasks vars_files vars_prompt
  ${SHARED.join(' ')}`);

export const PLAY_NOT_YET = words(`
  become_exe become_flags debugger fact_path validate_argspec`);

/** What may stand beside "import_playbook". */
export const IMPORT_PLAYBOOK_KEYWORDS = words('name tags vars when');

export const BLOCK_KEYWORDS = words(`
  name always block delegate_facts delegate_to notify rescue when ${SHARED.join(' ')}`);

export const BLOCK_NOT_YET = words(`
  become_exe become_flags collections connection debugger port remote_user`);

/** What may stand beside "import_tasks" and "import_role". */
export const IMPORT_KEYWORDS = words(`name delegate_facts delegate_to notify when ${SHARED.join(' ')}`);

/** What is no parameter beside "role:". */
export const ROLE_KEYWORDS = words(`role name delegate_facts delegate_to when ${SHARED.join(' ')}`);

/** Words that make a task a loop by a lookup, and which; full names as Ansible and the collection of "flattened" have them. */
export const LOOPS_BY_LOOKUP: ReadonlyMap<string, string> = new Map([
  ...lookupNames.flatMap((name) =>
    [`with_${name}`, `with_ansible.builtin.${name}`].map((word) => [word, name] as const),
  ),
  ['with_community.general.flattened', 'flattened'],
]);

export const TASK_KEYWORDS = words(`
  name action args async changed_when delay delegate_facts delegate_to failed_when listen local_action loop loop_control notify poll register retries until when
  ${lookupNames.map((name) => `with_${name}`).join(' ')} ${SHARED.join(' ')}`);

export const TASK_NOT_YET = words(`
  become_exe become_flags collections connection debugger port
  remote_user with_config with_csvfile with_ini with_inventory_hostnames with_unvault with_url`);

/** What a task may do beside the resources and actions: these change the course of the run itself. */
export const LANGUAGE_WORDS = words('include_role include_tasks meta');

/** Modules that a playbook for Proxmox VE nodes is likely to hold. One with a dot in its name is taken for one of a collection. */
export const MODULES_NOT_YET = words(`
  add_host apt_key assemble debconf dpkg_selections expect gather_facts git group_by include iptables
  known_hosts pip proxmox proxmox_kvm proxmox_template rpm_key set_stats
  subversion sysvinit validate_argspec yum`);

/** Collections, and which of their modules are among the tasks here; Ansible finds those by their bare names, too. */
const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  'ansible.posix.': ['authorized_key', 'mount', 'sysctl'],
  'community.general.': ['modprobe', 'timezone'],
};

/** A module's name without what Ansible lets stand before it. */
export function bareName(key: string): string {
  const prefix = ['ansible.builtin.', 'ansible.legacy.', ...Object.keys(COLLECTIONS)].find((one) =>
    key.startsWith(one),
  );
  if (prefix === undefined) return key;
  const bare = key.slice(prefix.length);
  return COLLECTIONS[prefix]?.includes(bare) === false ? key : bare;
}
