import { die } from '../failure.ts';
import { cardsOf } from '../guest/cards.ts';
import type { Section } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { bootDiskBytes } from './boot.ts';
import { memoryOf } from './memory.ts';
import { isWindows } from './options.ts';
import { land } from './run-state.ts';

interface Asked {
  readonly session: Session;
  readonly vmid: string;
  readonly section: Section;
}

/** What qemu-ga answers in a Debian 13, by command; shapes from QEMU's qga/qapi-schema.json. */
const ANSWERS: Readonly<Record<string, (asked: Asked) => Json>> = {
  ping: () => ({}),
  info: () => ({
    supported_commands: Object.keys(ANSWERS)
      .concat('exec', 'exec-status', 'set-user-password')
      .toSorted()
      .map((name) => ({ enabled: true, name: `guest-${name}`, 'success-response': name !== 'shutdown' })),
    version: '10.0.0',
  }),
  'get-host-name': ({ vmid, section }) => ({
    'host-name': (section.get('name') ?? `VM${vmid}`).replace(/\..*$/, ''),
  }),
  'get-osinfo': ({ section }) => {
    if (isWindows(section.get('ostype'))) die("pvefleet-lab: get-osinfo of a Windows guest isn't modelled");
    return {
      id: 'debian',
      'kernel-release': '6.12.48+deb13-amd64',
      'kernel-version': '#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1 (2025-09-20)',
      machine: 'x86_64',
      name: 'Debian GNU/Linux',
      'pretty-name': 'Debian GNU/Linux 13 (trixie)',
      version: '13 (trixie)',
      'version-id': '13',
    };
  },
  'get-time': ({ session }) => session.machine.clock() * 1e9,
  'get-timezone': () => ({ offset: 0, zone: 'UTC' }),
  'get-users': () => [],
  'get-vcpus': ({ section }) =>
    Array.from({ length: cpus(section) }, (_, index) => ({
      'can-offline': index > 0,
      'logical-id': index,
      online: true,
    })),
  'get-memory-block-info': () => ({ size: MEMORY_BLOCK }),
  'get-memory-blocks': ({ section }) =>
    Array.from(
      { length: Math.ceil((memoryOf(section.get('memory')) * 1024 ** 2) / MEMORY_BLOCK) },
      (_, index) => ({ 'can-offline': true, online: true, 'phys-index': index }),
    ),
  'get-fsinfo': ({ section }) => [
    {
      disk: [],
      mountpoint: '/',
      name: 'sda1',
      'total-bytes': bootDiskBytes(section),
      type: 'ext4',
      'used-bytes': Math.min(1024 ** 3, bootDiskBytes(section)),
    },
  ],
  'network-get-interfaces': ({ vmid, section }) => interfaces(vmid, section),
  fstrim: () => ({ paths: [{ minimum: 0, path: '/', trimmed: 0 }] }),
  'fsfreeze-status': (asked) => (isFrozen(asked) ? 'frozen' : 'thawed'),
  'fsfreeze-freeze': (asked) => {
    asked.session.machine.files.write(frozenFile(asked.vmid), '');
    return FILE_SYSTEMS;
  },
  'fsfreeze-thaw': (asked) => {
    const count = isFrozen(asked) ? FILE_SYSTEMS : 0;
    asked.session.machine.files.remove(frozenFile(asked.vmid));
    return count;
  },
  shutdown: ({ session, vmid }) => {
    land(session.machine, vmid);
    return null;
  },
};

const MEMORY_BLOCK = 128 * 1024 ** 2;
const FILE_SYSTEMS = 1;
/** What the agent still does while file systems are frozen (qga/main.c). */
const HARMLESS = /^(?:ping|info|fsfreeze-)/;

/** What a VM's agent, known to run, answers to a command without arguments. Throws Failure for what the lab does not model. */
export function agentAnswer(session: Session, vmid: string, section: Section, command: string): Json {
  const answer = ANSWERS[command];
  if (answer === undefined) die(`pvefleet-lab: the guest agent's command '${command}' is not modelled`);
  const asked = { session, vmid, section };
  if (isFrozen(asked) && !HARMLESS.test(command))
    return {
      error: {
        class: 'CommandNotFound',
        desc: `Command guest-${command} has been disabled: the agent is in frozen state`,
      },
    };
  return answer(asked);
}

/** Remembers in a file of the lab's own what only the guest's system knows. */
function frozenFile(vmid: string): string {
  return `/run/pvefleet-lab/${vmid}.frozen`;
}

function isFrozen({ session, vmid }: Asked): boolean {
  return session.machine.files.exists(frozenFile(vmid));
}

function cpus(section: Section): number {
  const all = Number(section.get('sockets') ?? 1) * Number(section.get('cores') ?? 1);
  return Number(section.get('vcpus') ?? all);
}

function interfaces(vmid: string, section: Section): Json {
  const loopback = {
    name: 'lo',
    mac: '00:00:00:00:00:00',
    addresses: [
      { family: 'ipv4', ip: '127.0.0.1', prefix: 8 },
      { family: 'ipv6', ip: '::1', prefix: 128 },
    ],
  };
  return [loopback, ...cardsOf('qemu', vmid, section)].map(({ name, mac, addresses }) => ({
    'hardware-address': mac,
    ...(addresses.length === 0
      ? {}
      : {
          'ip-addresses': addresses.map(({ family, ip, prefix }) => ({
            'ip-address': ip,
            'ip-address-type': family,
            prefix,
          })),
        }),
    name,
    statistics: Object.fromEntries(
      ['bytes', 'dropped', 'errs', 'packets'].flatMap((what) => [
        [`rx-${what}`, 0],
        [`tx-${what}`, 0],
      ]),
    ),
  }));
}
