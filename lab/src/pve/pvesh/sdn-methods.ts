import { applySdn, zoneStatus } from '../sdn/apply.ts';
import type { SdnKind } from '../sdn/kinds.ts';
import { createObject, deleteObject, objectRows, oneObject, updateObject } from '../sdn/sdn-api.ts';
import { method, silent, task, type Named } from './method.ts';

const SUBNETS = '/cluster/sdn/vnets/{vnet}/subnets';

function objects(kind: SdnKind, path: string, one: string): readonly Named[] {
  return [
    method(`GET ${path}`, (session, given) => objectRows(kind, session, given)),
    silent(`POST ${path}`, (session, given) => createObject(kind, session, given)),
    method(`GET ${path}/${one}`, (session, given) => oneObject(kind, session, given)),
    silent(`PUT ${path}/${one}`, (session, given) => updateObject(kind, session, given)),
    silent(`DELETE ${path}/${one}`, (session, given) => deleteObject(kind, session, given)),
  ];
}

/** SDN: zones, vnets with their subnets, controllers, and their application. */
export function sdnMethods(): readonly Named[] {
  return [
    task('PUT /cluster/sdn', applySdn),
    ...objects('zones', '/cluster/sdn/zones', '{zone}'),
    ...objects('vnets', '/cluster/sdn/vnets', '{vnet}'),
    ...objects('subnets', SUBNETS, '{subnet}'),
    ...objects('controllers', '/cluster/sdn/controllers', '{controller}'),
    method('GET /nodes/{node}/sdn/zones', zoneStatus),
  ];
}
