import type { Parameters } from '../cli/getopt.ts';
import type { Command, Tool } from '../cli/tool.ts';
import type { Json } from '../pvesh/format.ts';
import { OUTPUT, printResult } from '../pvesh/print.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { moveResource, requestMaintenance, stopResource } from './crm-commands.ts';
import {
  addRule,
  CHANGED_RULE,
  NEW_RULE,
  removeRule,
  RULE_ID,
  ruleRows,
  ruleStates,
  setRule,
} from './ha-rules.ts';
import { addResource, refuseGroups, removeResource, setResource, showConfig } from './ha.ts';
import { showStatus } from './ha-status.ts';

const flag = { type: 'boolean', optional: 1 };
const sid = { type: 'string', format: 'pve-ha-resource-or-vm-id' };
const node = { type: 'string', format: 'pve-node' };
const maintenance = { parameters: { node }, positional: ['node'] };
const move = { parameters: { sid, node }, positional: ['sid', 'node'] };

function groupCommand(name: string, positional: readonly string[], verb: string): Command {
  return { parameters: parametersOf(name), positional, run: () => refuseGroups(verb) };
}

/** Rules, printed as the columns of `name` want it. */
function ruleList(name: string, rows: (session: Session, given: Parameters) => Json): Command {
  return {
    parameters: { ...parametersOf('GET /cluster/ha/rules'), ...OUTPUT },
    positional: [],
    run: (session, { type, resource, ...format }) => {
      const given = {
        ...(type === undefined ? {} : { type }),
        ...(resource === undefined ? {} : { resource }),
      };
      printResult(session, name, rows(session, given), format);
    },
  };
}

/** `ha-manager`, as far as resources and rules go. Commands to the manager have their parameters here, from its CLI. */
export const HA_MANAGER: Tool = {
  name: 'ha-manager',
  usage: [
    [
      'ha-manager add <sid> [OPTIONS]',
      'ha-manager config  [OPTIONS]',
      'ha-manager crm-command migrate <sid> <node>',
      'ha-manager crm-command node-maintenance disable <node>',
      'ha-manager crm-command node-maintenance enable <node>',
      'ha-manager crm-command relocate <sid> <node>',
      'ha-manager crm-command stop <sid> <timeout>',
      'ha-manager remove <sid> [OPTIONS]',
      'ha-manager set <sid> [OPTIONS]',
      'ha-manager status  [OPTIONS]',
      'ha-manager rules list  [OPTIONS] [FORMAT_OPTIONS]',
      'ha-manager rules config  [OPTIONS] [FORMAT_OPTIONS]',
      'ha-manager rules add <type> <rule> [OPTIONS]',
      'ha-manager rules remove <rule>',
      'ha-manager rules set <type> <rule> [OPTIONS]',
      'ha-manager groupconfig ',
      'ha-manager groupadd <group> --nodes <string> [OPTIONS]',
      'ha-manager groupremove <group>',
      'ha-manager groupset <group> [OPTIONS]',
    ],
  ],
  aliases: { migrate: 'crm-command migrate', relocate: 'crm-command relocate' },
  commands: {
    add: { parameters: parametersOf('POST /cluster/ha/resources'), positional: ['sid'], run: addResource },
    set: {
      parameters: parametersOf('PUT /cluster/ha/resources/{sid}'),
      positional: ['sid'],
      run: setResource,
    },
    remove: {
      parameters: parametersOf('DELETE /cluster/ha/resources/{sid}'),
      positional: ['sid'],
      run: removeResource,
    },
    config: { parameters: parametersOf('GET /cluster/ha/resources'), positional: [], run: showConfig },
    'crm-command migrate': { ...move, run: (session, given) => moveResource(session, 'migrate', given) },
    'crm-command relocate': { ...move, run: (session, given) => moveResource(session, 'relocate', given) },
    'crm-command stop': {
      parameters: { sid, timeout: { type: 'integer', minimum: 0 } },
      positional: ['sid', 'timeout'],
      run: stopResource,
    },
    'crm-command node-maintenance enable': {
      ...maintenance,
      run: (session, given) => requestMaintenance(session, 'enable', given),
    },
    'crm-command node-maintenance disable': {
      ...maintenance,
      run: (session, given) => requestMaintenance(session, 'disable', given),
    },
    'rules list': ruleList('GET /cluster/ha/rules', ruleRows),
    'rules config': ruleList('ha-manager rules config', ruleStates),
    groupconfig: groupCommand('GET /cluster/ha/groups', [], 'index groups'),
    groupadd: groupCommand('POST /cluster/ha/groups', ['group'], 'create group'),
    groupset: groupCommand('PUT /cluster/ha/groups/{group}', ['group'], 'update group'),
    groupremove: groupCommand('DELETE /cluster/ha/groups/{group}', ['group'], 'delete group'),
    'rules add': { parameters: NEW_RULE, positional: ['type', 'rule'], run: addRule },
    'rules set': { parameters: CHANGED_RULE, positional: ['type', 'rule'], run: setRule },
    'rules remove': { parameters: { rule: RULE_ID }, positional: ['rule'], run: removeRule },
    status: { parameters: { verbose: flag }, positional: [], run: showStatus },
  },
};
