/**
 * The words that a playbook may hold, a closed list. Names of what Ansible has and pvefleet hasn't yet are from
 * Ansible's pages "Playbook Keywords" and "Index of all Modules"; they are told apart from words that nobody knows.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

export const PLAY_KEYWORDS = words('name hosts vars tags gather_facts tasks');

export const PLAY_NOT_YET = words(`
  any_errors_fatal become become_exe become_flags become_method become_user check_mode collections connection debugger diff
  environment fact_path force_handlers gather_subset gather_timeout handlers ignore_errors ignore_unreachable import_playbook
  max_fail_percentage module_defaults no_log order port post_tasks pre_tasks remote_user roles run_once serial strategy throttle
  timeout vars_files vars_prompt validate_argspec`);

export const TASK_KEYWORDS = words('name when loop vars tags');

export const TASK_NOT_YET = words(`
  action always any_errors_fatal args async become become_exe become_flags become_method become_user block changed_when check_mode
  collections connection debugger delay delegate_facts delegate_to diff environment failed_when ignore_errors ignore_unreachable
  listen local_action loop_control module_defaults no_log notify poll port register remote_user rescue retries run_once throttle
  timeout until with_items with_list with_dict with_fileglob with_first_found with_flattened with_indexed_items with_lines
  with_nested with_random_choice with_sequence with_subelements with_together`);

/** Modules that a playbook for Proxmox VE nodes is likely to hold. One with a dot in its name is taken for one of a collection. */
export const MODULES_NOT_YET = words(`
  add_host apt apt_key apt_repository assemble assert async_status blockinfile copy cron deb822_repository debconf dpkg_selections
  expect fail fetch file find gather_facts get_url getent git group group_by hostname import_playbook import_role import_tasks
  include include_role include_tasks include_vars iptables known_hosts lineinfile meta modprobe mount package package_facts pause
  ping pip proxmox proxmox_kvm proxmox_template raw reboot replace rpm_key script service service_facts set_fact set_stats setup
  shell slurp stat subversion sysctl systemd systemd_service sysvinit tempfile template timezone unarchive uri user validate_argspec
  wait_for wait_for_connection yum`);

/** What may stand before the name of an action. */
export const ACTION_PREFIXES = ['ansible.builtin.', 'ansible.legacy.'] as const;
