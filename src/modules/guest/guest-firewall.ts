import type { PropertyValue } from '../../plan/plan.ts';
import type { PveCall } from '../../pve/call.ts';
import { removeFirewallOption, setFirewallOption } from '../../pve/firewall-edit.ts';
import { firewallOption, readFirewallOption } from '../../pve/firewall-options.ts';
import { decodeFirewall, encodeFirewall, firewallOptions } from '../../pve/firewall.ts';
import { withFile } from '../../snapshot/change.ts';
import { readFile } from '../../snapshot/files.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { WantedValue } from '../module.ts';
import type { DraftStep } from './power-step.ts';
import { guestPath } from './power-step.ts';
import { sideEffect } from './side-effect.ts';
import type { ParsedSide, SideContext, SideSetting } from './side-setting.ts';

const SET_SECONDS = 60;

/** Those that PVE's call takes; a file may hold more. */
const NAMES = [
  'enable',
  'policy_in',
  'policy_out',
  'dhcp',
  'ipfilter',
  'log_level_in',
  'log_level_out',
  'macfilter',
  'ndp',
  'radv',
];

const fileOf = (vmid: number): string => `/etc/pve/firewall/${vmid}.fw`;

/** The flags of a guest's own firewall: [OPTIONS] of firewall/VMID.fw, by `pvesh set …/firewall/options`. Rules are not part of it. */
export const guestFirewall: SideSetting = {
  name: 'firewall',
  help: `Flags of its own firewall (${NAMES.join(', ')}), those that are named; null removes one, or all of them. Rules are left alone.`,
  file: fileOf,
  parse(value) {
    if (value === null) return { value };
    if (typeof value !== 'object' || Array.isArray(value))
      return { problem: `firewall is no mapping; one of ${NAMES.join(', ')} to their values is wanted` };
    const read = Object.entries(value).map(([name, flag]): readonly [string, ParsedSide] => [
      name,
      parseFlag(name, flag),
    ]);
    const problem = read.flatMap(([, parsed]) => ('problem' in parsed ? [parsed] : []))[0];
    if (problem !== undefined) return problem;
    const flags = read.flatMap(([name, parsed]) =>
      'value' in parsed && (typeof parsed.value === 'string' || parsed.value === null)
        ? [[name, parsed.value] as const]
        : [],
    );
    return { value: Object.fromEntries(flags) };
  },
  read(guest, snapshot) {
    const text = readFile(snapshot, fileOf(guest.vmid));
    if (isUnknown(text) || text === undefined) return text;
    const all = firewallOptions(decodeFirewall('guest', text));
    const known = [...all].filter(([name]) => NAMES.includes(name));
    return known.length === 0 ? undefined : Object.fromEntries(known);
  },
  missing(wish, is) {
    const flags = flagsOf(is);
    const wished = wish === null ? Object.fromEntries(Object.keys(flags).map((name) => [name, null])) : wish;
    if (typeof wished === 'string') return undefined;
    const left = Object.entries(wished).filter(([name, value]) => !isSo(name, value, flags[name]));
    return left.length === 0 ? undefined : Object.fromEntries(left);
  },
  refuse: () => [],
  risks(change, { before }) {
    const flags = flagsOf(before);
    const after = { ...flags, ...(typeof change === 'object' ? change : {}) };
    const blocks = after['enable'] === '1' && (after['policy_in'] ?? 'DROP') !== 'ACCEPT';
    const blocked = flags['enable'] === '1' && (flags['policy_in'] ?? 'DROP') !== 'ACCEPT';
    return blocks && !blocked ? ['its firewall lets nothing in any more but what a rule allows'] : [];
  },
  step(change, context) {
    const { target } = context;
    const { vmid, node, cluster } = target;
    return {
      node,
      act: { run: 'call', call: setCall(change, context) },
      // The call's digest is not that of the file (pitfall 13).
      guards: [{ require: 'quorum' }, { require: 'unchanged', path: fileOf(vmid) }],
      locks: [`file${fileOf(vmid)}@${cluster}`],
      effects: [sideEffect(target, 'firewall', change)],
      undo: undoOf(change, context),
      detached: false,
      timeoutSeconds: SET_SECONDS,
    };
  },
  write(snapshot, vmid, change) {
    const text = readFile(snapshot, fileOf(vmid));
    if (isUnknown(text) || typeof change !== 'object' || change === null) return snapshot;
    const file = Object.entries(change).reduce(
      (before, [name, value]) =>
        value === null ? removeFirewallOption(before, name) : setFirewallOption(before, name, value),
      decodeFirewall('guest', text ?? ''),
    );
    const after = encodeFirewall(file);
    // PVE keeps no file that says nothing.
    const isEmpty = /^\s*(?:\[OPTIONS\]\s*)?$/iu.test(after);
    return withFile(snapshot, fileOf(vmid), isEmpty ? undefined : after);
  },
};

function parseFlag(name: string, value: unknown): ParsedSide {
  if (!NAMES.includes(name))
    return {
      problem: `firewall has no flag "${name}"${didYouMean(name, NAMES) || `; ${NAMES.join(', ')} are known`}`,
      path: [name],
    };
  if (value === null) return { value };
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const text = isPlain ? String(value) : JSON.stringify(value);
  const isSwitch = firewallOption('guest', name)?.wanted === '0 or 1';
  const switched = /^(?:on|yes|true)$/iu.test(text) ? '1' : /^(?:off|no|false)$/iu.test(text) ? '0' : text;
  const read = readFirewallOption('guest', `${name}: ${isSwitch ? switched : text}`);
  return typeof read === 'string'
    ? { problem: `firewall.${name}: ${read}`, path: [name] }
    : { value: read.value };
}

/** Whether a flag is as wanted; null: as it is where the file says nothing. */
function isSo(name: string, wanted: string | null, is: string | undefined): boolean {
  if (wanted === null) return is === undefined;
  return wanted === (is ?? firewallOption('guest', name)?.absent);
}

const flagsOf = (value: PropertyValue | undefined): Readonly<Record<string, string>> =>
  typeof value === 'object' ? value : {};

function setCall(change: WantedValue, { target }: SideContext): PveCall {
  const entries = typeof change === 'object' && change !== null ? Object.entries(change) : [];
  const set = entries.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const gone = entries.flatMap(([name, value]) => (value === null ? [name] : []));
  return {
    method: 'PUT',
    path: `${guestPath(target)}/firewall/options`,
    params: { ...Object.fromEntries(set), ...(gone.length > 0 && { delete: gone.join(',') }) },
  };
}

function undoOf(change: WantedValue, context: SideContext): DraftStep['undo'] {
  const before = flagsOf(context.before);
  const names = typeof change === 'object' && change !== null ? Object.keys(change) : [];
  const back = Object.fromEntries(names.map((name) => [name, before[name] ?? null]));
  return [{ run: 'call', call: setCall(back, context) }];
}
