import {
  createNetwork,
  deleteNetwork,
  networkData,
  networkRows,
  revertNetwork,
  updateNetwork,
} from '../network/network-api.ts';
import { reloadNetwork } from '../network/reload.ts';
import { method, silent, task, type Named } from './method.ts';

const NETWORK = '/nodes/{node}/network';

/** The node's /etc/network/interfaces. */
export function networkMethods(): readonly Named[] {
  return [
    method(`GET ${NETWORK}`, networkRows),
    silent(`POST ${NETWORK}`, createNetwork),
    task(`PUT ${NETWORK}`, reloadNetwork),
    silent(`DELETE ${NETWORK}`, revertNetwork),
    method(`GET ${NETWORK}/{iface}`, networkData),
    silent(`PUT ${NETWORK}/{iface}`, updateNetwork),
    silent(`DELETE ${NETWORK}/{iface}`, deleteNetwork),
  ];
}
