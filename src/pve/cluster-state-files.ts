import { isJsonWith, keyLines, stateFindings, stateForm, type StateRead } from './cluster-state-json.ts';
import { decodeRrd, rrdLines } from './cluster-state-rrd.ts';
import {
  decodeFileVersions,
  decodeGuestPlaces,
  decodeManagerStatus,
  decodeMembers,
  type GuestPlaces,
  type ManagerStatus,
  type Members,
} from './cluster-state.ts';
import type { FileKind, Inspected, Mention } from './file-kind.ts';

/** Files that PVE makes and nobody edits: they are read, checked for being readable, and come out as they went in. */

export const membersFile: FileKind = {
  kind: 'members',
  summary: 'The nodes of the cluster, .members.',
  path: /^\/etc\/pve\/\.members$/u,
  looksLike: (text) => (isJsonWith(text, ['nodename', 'version']) ? 'certain' : 'no'),
  inspect: (text) =>
    inspectState('members', text, decodeMembers(text), ({ nodes }: Members) => {
      const lineOf = keyLines(text);
      return { defines: Object.keys(nodes).map((name) => ({ kind: 'node', name, line: lineOf(name) })) };
    }),
};

export const vmlistFile: FileKind = {
  kind: 'vmlist',
  summary: 'Every guest and its node, .vmlist.',
  path: /^\/etc\/pve\/\.vmlist$/u,
  looksLike: (text) => (isJsonWith(text, ['version', 'ids']) ? 'certain' : 'no'),
  inspect: (text) =>
    inspectState('vmlist', text, decodeGuestPlaces(text), ({ guests }: GuestPlaces) => {
      const lineOf = keyLines(text);
      const placed = guests.map(({ vmid, node }) => ({
        name: String(vmid),
        node,
        line: lineOf(String(vmid)),
      }));
      return {
        defines: placed.map(({ name, line }) => ({ kind: 'guest', name, line })),
        refs: placed.map(({ node, line }) => ({ kind: 'node', name: node, line })),
      };
    }),
};

export const versionFile: FileKind = {
  kind: 'version',
  summary: 'Counters of changes, .version.',
  path: /^\/etc\/pve\/\.version$/u,
  looksLike: (text) => (isJsonWith(text, ['starttime', 'clinfo']) ? 'certain' : 'no'),
  inspect: (text) => inspectState('version', text, decodeFileVersions(text), () => ({})),
};

export const haManagerStatusFile: FileKind = {
  kind: 'ha-manager-status',
  summary: 'What the HA manager does, ha/manager_status.',
  path: /^\/etc\/pve\/ha\/manager_status$/u,
  looksLike: (text) => (isJsonWith(text, ['node_status', 'service_status']) ? 'certain' : 'no'),
  inspect: (text) =>
    inspectState('ha-manager-status', text, decodeManagerStatus(text), (status) => ({
      refs: managerRefs(text, status),
    })),
};

export const rrdFile: FileKind = {
  kind: 'rrd',
  summary: 'What runs and how full it is, .rrd.',
  path: /^\/etc\/pve\/\.rrd$/u,
  looksLike: (text) =>
    /^pve(?:2|2\.3)?-(?:node|vm|storage)(?:-[\d.]+)?\/\S+:/mu.test(text) ? 'certain' : 'no',
  inspect: (text) => {
    const { unread, ...value } = decodeRrd(text);
    return {
      value,
      encoded: text,
      // Each line is a thing of its own; columns that are not decoded count too.
      normal: rrdLines(text)
        .filter((line) => line !== '')
        .toSorted(),
      findings: unread.map((line) => ({
        line,
        severity: 'warning',
        code: 'rrd/unknown-key',
        message: 'the line is of no node, guest or storage; it is not read',
      })),
      // A guest that was deleted stays here for a while, so nothing is missed that is not there.
      refs: [],
      defines: [],
    };
  },
};

function inspectState<T>(
  kind: string,
  text: string,
  read: StateRead<T>,
  mentions: (value: T) => { readonly refs?: readonly Mention[]; readonly defines?: readonly Mention[] },
): Inspected {
  const value = 'problem' in read ? undefined : read.value;
  return {
    value: value ?? null,
    encoded: text,
    // What is not decoded counts too; in JSON the order of keys does not.
    normal: value === undefined ? text : stateForm(text),
    findings: stateFindings(kind, read),
    refs: [],
    defines: [],
    ...(value !== undefined && mentions(value)),
  };
}

/** A node that has left the cluster is "gone" before it is forgotten (pve-ha-manager's PVE/HA/NodeStatus.pm). */
function managerRefs(text: string, { nodes, services }: ManagerStatus): readonly Mention[] {
  const lineOf = keyLines(text);
  const known = Object.entries(nodes).filter(([, state]) => state !== 'gone');
  return [
    ...known.map(([name]) => ({ kind: 'node', name, line: lineOf(name) })),
    ...Object.keys(services).flatMap((sid): readonly Mention[] => {
      const { vmid } = /^(?:vm|ct):(?<vmid>\d+)$/u.exec(sid)?.groups ?? {};
      return vmid === undefined ? [] : [{ kind: 'guest', name: vmid, line: lineOf(sid) }];
    }),
  ];
}
