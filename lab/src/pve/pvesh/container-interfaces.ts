import type { Parameters } from '../cli/getopt.ts';
import { answeringCards } from '../guest/reachable.ts';
import { loadCt } from '../pct/store.ts';
import type { Session } from '../session.ts';
import type { Json } from './format.ts';

/** GET .../lxc/{vmid}/interfaces: the cards of a running container (PVE::LXC::get_interfaces); nothing of another. Throws Failure. */
export function containerInterfaces(session: Session, { vmid = '' }: Parameters): Json {
  loadCt(session, vmid);
  const cards = answeringCards(session.machine, 'lxc', vmid);
  if (cards === undefined) return null;
  const loopback = {
    name: 'lo',
    mac: '00:00:00:00:00:00',
    addresses: [
      { family: 'ipv4', ip: '127.0.0.1', prefix: 8 },
      { family: 'ipv6', ip: '::1', prefix: 128 },
    ],
  };
  return [loopback, ...cards].map(({ name, mac, addresses }) => {
    const list = addresses.map(({ family, ip, prefix }) => ({
      type: family === 'ipv4' ? 'inet' : 'inet6',
      ip,
      prefix,
    }));
    return {
      ...Object.fromEntries(list.map(({ type, ip, prefix }) => [type, `${ip}/${prefix}`])),
      'hardware-address': mac,
      hwaddr: mac,
      'ip-addresses': list.map(({ type, ip, prefix }) => ({
        'ip-address': ip,
        'ip-address-type': type,
        prefix,
      })),
      name,
    };
  });
}
