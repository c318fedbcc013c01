import { aliasRows, createAlias, deleteAlias, oneAlias, updateAlias } from '../firewall/aliases-api.ts';
import type { Owner, RulesOwner } from '../firewall/firewall-file.ts';
import { createGroup, deleteGroup, groupRows } from '../firewall/groups-api.ts';
import {
  createEntry,
  createIpset,
  deleteEntry,
  deleteIpset,
  entryList,
  ipsetRows,
  oneEntry,
  updateEntry,
} from '../firewall/ipsets-api.ts';
import { optionData, setOptions } from '../firewall/options-api.ts';
import { refRows } from '../firewall/refs-api.ts';
import { createRule, deleteRule, oneRule, ruleRows, updateRule } from '../firewall/rules-api.ts';
import { method, silent, type Named } from './method.ts';

const CLUSTER = '/cluster/firewall';
const GROUPS = `${CLUSTER}/groups`;
const HOST = '/nodes/{node}/firewall';
const VM = '/nodes/{node}/qemu/{vmid}/firewall';
const CT = '/nodes/{node}/lxc/{vmid}/firewall';
const VNET = '/cluster/sdn/vnets/{vnet}/firewall';

function rules(owner: RulesOwner, path: string): readonly Named[] {
  return [
    method(`GET ${path}`, (session, given) => ruleRows(owner, session, given)),
    silent(`POST ${path}`, (session, given) => createRule(owner, session, given)),
    method(`GET ${path}/{pos}`, (session, given) => oneRule(owner, session, given)),
    silent(`PUT ${path}/{pos}`, (session, given) => updateRule(owner, session, given)),
    silent(`DELETE ${path}/{pos}`, (session, given) => deleteRule(owner, session, given)),
  ];
}

function options(owner: Owner, path: string): readonly Named[] {
  return [
    method(`GET ${path}`, (session, given) => optionData(owner, session, given)),
    silent(`PUT ${path}`, (session, given) => setOptions(owner, session, given)),
  ];
}

/** Aliases, IP sets and what can be named: nodes have none of their own. */
function names(owner: Owner, path: string): readonly Named[] {
  return [
    method(`GET ${path}/aliases`, (session, given) => aliasRows(owner, session, given)),
    silent(`POST ${path}/aliases`, (session, given) => createAlias(owner, session, given)),
    method(`GET ${path}/aliases/{name}`, (session, given) => oneAlias(owner, session, given)),
    silent(`PUT ${path}/aliases/{name}`, (session, given) => updateAlias(owner, session, given)),
    silent(`DELETE ${path}/aliases/{name}`, (session, given) => deleteAlias(owner, session, given)),
    method(`GET ${path}/ipset`, (session, given) => ipsetRows(owner, session, given)),
    silent(`POST ${path}/ipset`, (session, given) => createIpset(owner, session, given)),
    method(`GET ${path}/ipset/{name}`, (session, given) => entryList(owner, session, given)),
    silent(`POST ${path}/ipset/{name}`, (session, given) => createEntry(owner, session, given)),
    silent(`DELETE ${path}/ipset/{name}`, (session, given) => deleteIpset(owner, session, given)),
    method(`GET ${path}/ipset/{name}/{cidr}`, (session, given) => oneEntry(owner, session, given)),
    silent(`PUT ${path}/ipset/{name}/{cidr}`, (session, given) => updateEntry(owner, session, given)),
    silent(`DELETE ${path}/ipset/{name}/{cidr}`, (session, given) => deleteEntry(owner, session, given)),
    method(`GET ${path}/refs`, (session, given) => refRows(owner, session, given)),
  ];
}

/** The firewalls of the cluster, of nodes, of guests and of virtual networks. */
export function firewallMethods(): readonly Named[] {
  return [
    ...rules('cluster', `${CLUSTER}/rules`),
    ...options('cluster', `${CLUSTER}/options`),
    ...names('cluster', CLUSTER),
    method(`GET ${GROUPS}`, groupRows),
    silent(`POST ${GROUPS}`, createGroup),
    silent(`DELETE ${GROUPS}/{group}`, deleteGroup),
    ...rules('group', `${GROUPS}/{group}`),
    ...rules('host', `${HOST}/rules`),
    ...options('host', `${HOST}/options`),
    ...rules('vnet', `${VNET}/rules`),
    ...options('vnet', `${VNET}/options`),
    ...(
      [
        ['vm', VM],
        ['ct', CT],
      ] as const
    ).flatMap(([owner, path]) => [
      ...rules(owner, `${path}/rules`),
      ...options(owner, `${path}/options`),
      ...names(owner, path),
    ]),
  ];
}
