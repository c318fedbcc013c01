import { moveResource } from '../cluster/crm-commands.ts';
import { addRule, oneRule, removeRule, ruleRows, setRule } from '../cluster/ha-rules.ts';
import { fullStatus, statusRows } from '../cluster/ha-status.ts';
import {
  addResource,
  oneResource,
  refuseGroups,
  removeResource,
  resourceRows,
  setResource,
} from '../cluster/ha.ts';
import { method, silent, type Named } from './method.ts';

const RESOURCE = '/cluster/ha/resources/{sid}';
const RULE = '/cluster/ha/rules/{rule}';
const GROUP = '/cluster/ha/groups/{group}';

/** High availability: resources, rules, and what its daemons say. */
export function haMethods(): readonly Named[] {
  return [
    method('GET /cluster/ha/resources', resourceRows),
    silent('POST /cluster/ha/resources', addResource),
    method(`GET ${RESOURCE}`, oneResource),
    silent(`PUT ${RESOURCE}`, setResource),
    silent(`DELETE ${RESOURCE}`, removeResource),
    silent(`POST ${RESOURCE}/migrate`, (session, given) => moveResource(session, 'migrate', given)),
    silent(`POST ${RESOURCE}/relocate`, (session, given) => moveResource(session, 'relocate', given)),
    method('GET /cluster/ha/rules', ruleRows),
    silent('POST /cluster/ha/rules', addRule),
    method(`GET ${RULE}`, oneRule),
    silent(`PUT ${RULE}`, setRule),
    silent(`DELETE ${RULE}`, removeRule),
    silent('GET /cluster/ha/groups', () => refuseGroups('index groups')),
    silent('POST /cluster/ha/groups', () => refuseGroups('create group')),
    silent(`GET ${GROUP}`, () => refuseGroups('read group')),
    silent(`PUT ${GROUP}`, () => refuseGroups('update group')),
    silent(`DELETE ${GROUP}`, () => refuseGroups('delete group')),
    method('GET /cluster/ha/status/current', statusRows),
    method('GET /cluster/ha/status/manager_status', fullStatus),
  ];
}
