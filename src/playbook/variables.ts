import { dirname, resolve } from 'node:path';
import type { Inventory } from '../inventory/inventory.ts';
import type { Node } from '../inventory/node.ts';
import { runningOnce } from '../files/controller.ts';
import type { Controller } from '../template/controller.ts';
import { CONTROLLER } from '../template/controller.ts';
import type { Variables } from '../template/render.ts';
import { Verbatim, renderValue } from '../template/render.ts';
import { OMITTED } from './omit.ts';
import { withGathered } from './gathered-facts.ts';
import type { HostStore } from './host-store.ts';
import type { Play, Role, Task } from './playbook.ts';
import type { TagChoice } from './tags.ts';

/** What the variables of every host are made from. */
export interface VariableSources {
  readonly inventory: Inventory;
  /** From -e: they win over all others but the magic ones. */
  readonly extra: Variables;
  /** Answers to the questions of "vars_prompt". */
  readonly prompted: Variables;
  readonly check: boolean;
  readonly diff: boolean;
  readonly tags: TagChoice;
  /** What --limit says. */
  readonly limit?: string;
  readonly store: HostStore;
  /** Facts of a host, by Ansible's names, and `pve`. */
  readonly facts: (host: string) => Variables;
  /** Of the playbook's file. */
  readonly directory: string;
  /** Whom lookups ask, files being looked for in these directories; undefined where none are made yet. */
  readonly controllerFor?: (directories: readonly string[]) => Controller;
}

/** Who takes part in a play just now. */
export interface Playing {
  readonly play: Play;
  /** Roles that were included so far, and whose variables all tasks have. */
  readonly exposed: readonly Role[];
  /** All hosts of the play. */
  readonly hosts: readonly string[];
  /** Who of them is still in it; of all, and of those of this batch. */
  readonly left: () => readonly string[];
  readonly batch: () => readonly string[];
}

/** Variables of a host in a play. */
export interface HostVariables {
  /** Of one task; `own`: item and index of its loop. */
  of(task: Pick<Task, 'settings' | 'role' | 'directories'>, own?: Variables): Variables;
}

/**
 * Makes the variables of hosts, Ansible's order, the weakest first: defaults of roles, inventory, facts, play (vars,
 * vars_prompt, vars_files), vars of roles, blocks and task, include_vars, set_fact and register, parameters of roles, -e, the item
 * of a loop, the magic ones.
 */
export function createVariables(
  sources: VariableSources,
): (playing: Playing, node: Node, given: Variables) => HostVariables {
  const { extra, store } = sources;
  const groups = hostsOfGroups(sources.inventory);
  const hostvars = hostvarsOf(sources);
  return ({ play, exposed, hosts, left, batch }, node, given) => {
    const common = {
      groups,
      hostvars,
      omit: OMITTED,
      ansible_check_mode: sources.check,
      ansible_diff_mode: sources.diff,
      ansible_verbosity: 0,
      ansible_version: ANSIBLE_VERSION,
      ansible_play_name: play.name,
      ansible_play_hosts_all: hosts,
      ansible_play_hosts: () => new Verbatim(left()),
      ansible_play_batch: () => new Verbatim(batch()),
      play_hosts: () => new Verbatim(batch()),
      playbook_dir: play.directory,
      ansible_run_tags: sources.tags.only.length === 0 ? ['all'] : sources.tags.only,
      ansible_skip_tags: sources.tags.skip,
      ...(sources.limit !== undefined && { ansible_limit: sources.limit }),
      ...identity(node),
    };
    const known = sources.facts(node.name);
    const surveyed = play.gatherFacts ? known : { pve: known['pve'] };
    return {
      of: ({ settings, role, directories }, own = {}) =>
        withVars({
          [CONTROLLER]: sources.controllerFor?.(directories),
          ansible_managed: 'Ansible managed',
          ...defaultsOf([...play.roles, ...exposed]),
          ...role?.defaults,
          ...node.variables,
          ...withGathered(surveyed, store.gathered(node.name)),
          ...play.vars,
          ...sources.prompted,
          ...play.fileVars,
          ...varsOf([...play.roles, ...exposed]),
          ...role?.vars,
          ...settings.vars,
          ...store.included(node.name),
          ...store.kept(node.name),
          ...role?.params,
          ...extra,
          ...given,
          ...own,
          ...common,
          ...(role && roleNames(role)),
        }),
    };
  };
}

/** The Ansible whose language this is, for playbooks that ask. */
const ANSIBLE_VERSION = { full: '2.14.18', string: '2.14.18', major: 2, minor: 14, revision: 18 };

/** With `vars`, which has all of them by name; what can't be rendered is left out, and so is undefined. */
function withVars(variables: Variables): Variables {
  const byName = (): Variables =>
    Object.fromEntries(
      Object.keys(variables).flatMap((name) => {
        const rendered = renderValue(`{{ ${name} }}`, {}, variables);
        return rendered.ok ? [[name, rendered.value]] : [];
      }),
    );
  return { ...variables, vars: () => new Verbatim(byName()) };
}

function roleNames({ name, directory, parents }: Role): Variables {
  return {
    role_name: name,
    ansible_role_name: name,
    role_path: directory,
    ...(parents.length > 0 && {
      ansible_parent_role_names: parents.map((role) => role.name),
      ansible_parent_role_paths: parents.map((role) => role.directory),
    }),
  };
}

const defaultsOf = (roles: readonly Role[]): Variables =>
  Object.assign({}, ...roles.map(({ defaults }) => defaults)) as Variables;

const varsOf = (roles: readonly Role[]): Variables =>
  Object.assign({}, ...roles.map(({ vars }) => vars)) as Variables;

function identity(node: Node): Variables {
  return {
    inventory_hostname: node.name,
    inventory_hostname_short: node.name.split('.')[0],
    group_names: node.groups.filter((group) => group !== 'all').toSorted(),
    ...(node.at && { inventory_file: resolve(node.at.file), inventory_dir: dirname(resolve(node.at.file)) }),
  };
}

/** Variables of all hosts as other hosts see them, made anew when a host has learnt something. */
function hostvarsOf({ inventory, store, facts, controllerFor, directory }: VariableSources): () => Verbatim {
  const asked = controllerFor?.([directory]);
  // All hosts' are made at once, again and again, whether a template needs them or not.
  const controller = asked && runningOnce(asked);
  let made: { readonly version: number; readonly value: Verbatim } | undefined;
  return () => {
    if (made?.version !== store.version()) {
      const all = inventory.nodes.map((node) => {
        const gathered = withGathered(facts(node.name), store.gathered(node.name));
        const own = { ...gathered, ...store.included(node.name), ...store.kept(node.name) };
        return [node.name, ownVariables(node, { ...own, [CONTROLLER]: controller })] as const;
      });
      made = { version: store.version(), value: new Verbatim(Object.fromEntries(all)) };
    }
    return made.value;
  };
}

/** One that can't be rendered is left out, and so is undefined. */
function ownVariables(node: Node, learnt: Variables): Variables {
  const own = { ...node.variables, ...learnt, ...identity(node) };
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => {
      const given: unknown = typeof value === 'function' ? (value() as unknown) : value;
      if (given instanceof Verbatim) return [[name, given.value]];
      const rendered = renderValue(given, {}, own);
      return rendered.ok ? [[name, rendered.value]] : [];
    }),
  );
}

function hostsOfGroups({ groups, nodes }: Inventory): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    groups.map(({ name }) => [
      name,
      nodes.filter((node) => node.groups.includes(name)).map((node) => node.name),
    ]),
  );
}
