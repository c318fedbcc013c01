import type { Machine } from '../machine.ts';
import type { Call, Program } from '../shell/program.ts';
import { done, failed } from '../shell/ran.ts';
import type { Ran } from '../machine.ts';
import type { Versions } from './database.ts';
import { installedPackages, offeredPackages, writeInstalled, writeLists } from './database.ts';
import { contentOf, repositoriesOf } from './repositories.ts';
import type { Transaction } from './upgrade.ts';
import { distUpgrade, installing } from './upgrade.ts';

/** Exit code of any failure of apt. */
const FAILED = 100;

const READING = 'Reading package lists...\nBuilding dependency tree...\nReading state information...\n';

/** apt-get(8): update, upgrade, dist-upgrade, install, remove, autoremove, -s with them; what it does not simulate it refuses. */
export const aptGet: Program = async (call) => {
  const { argv, node } = call;
  const { machine } = node;
  const isSimulated = argv.some((word) => ['-s', '--simulate', '--dry-run'].includes(word));
  const words = argv.filter(
    (word, at) => !word.startsWith('-') && !['-o', '-t'].includes(argv[at - 1] ?? ''),
  );
  const [verb = '', ...names] = words;
  if (verb === 'update') return update(machine, argv);
  const release = isSimulated ? () => undefined : await machine.locks.take('apt', patienceOf(argv));
  if (release === undefined)
    return failed(
      'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt-get)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
      FAILED,
    );
  try {
    return await transact(call, verb, names, isSimulated);
  } finally {
    release();
  }
};

/** Seconds that it waits for another one to end: 0 unless said (apt.conf(5), DPkg::Lock::Timeout). */
function patienceOf(argv: readonly string[]): number {
  const option = argv.find((word) => word.startsWith('DPkg::Lock::Timeout='));
  return Number(option?.split('=')[1] ?? 0);
}

async function transact(
  call: Call,
  verb: string,
  names: readonly string[],
  isSimulated: boolean,
): Promise<Ran> {
  const { machine } = call.node;
  const [installed, offered] = [installedPackages(machine), offeredPackages(machine)];
  const planned = plan(verb, names, installed, offered);
  if (typeof planned === 'string') return failed(planned, FAILED);
  const text = `${READING}${/upgrade/.test(verb) ? 'Calculating upgrade...\n' : ''}${summary(planned)}`;
  if (isSimulated) return done(`${NOTE}${text}${simulation(planned, installed, offered)}`);
  return carryOut(call, planned, installed, text);
}

const NOTE = `NOTE: This is only a simulation!
      apt-get needs root privileges for real execution.
      Keep also in mind that locking is deactivated,
      so don't depend on the relevance to the real current situation!
`;

function update(machine: Machine, argv: readonly string[]): Ran {
  const lists = new Map<string, Versions>();
  const errors: string[] = [];
  const lines = repositoriesOf(machine).map((repository, index) => {
    const { uri, suite } = repository;
    const content = contentOf(repository);
    const label = `${uri.replace(/\/$/, '')} ${suite}`;
    if (typeof content !== 'string') {
      const name = `${uri.replace(/^\w+:\/\//, '').replaceAll(/\/+/g, '_')}_dists_${suite}`;
      lists.set(name, { ...lists.get(name), ...content });
      return `Hit:${index + 1} ${label} InRelease\n`;
    }
    errors.push(`Failed to fetch ${uri.replace(/\/$/, '')}/dists/${suite}/InRelease  ${content}`);
    return `Err:${index + 1} ${label} InRelease\n  ${content}\n`;
  });
  const stdout = `${lines.join('')}Reading package lists...\n`;
  const isStrict =
    argv.includes('APT::Update::Error-Mode=any') || errors.some((each) => each.includes('401'));
  if (errors.length > 0 && isStrict)
    return { stdout, stderr: errors.map((each) => `E: ${each}\n`).join(''), exit: FAILED };
  writeLists(machine, lists);
  return { stdout, stderr: errors.map((each) => `W: ${each}\n`).join(''), exit: 0 };
}

function plan(
  verb: string,
  names: readonly string[],
  installed: Versions,
  offered: Versions,
): Transaction | string {
  switch (verb) {
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade':
      return distUpgrade(installed, offered);
    case 'autoremove':
      return { upgraded: [], added: [], removed: [], after: installed };
    case 'install': {
      const unknown = names.find((name) => offered[name] === undefined && installed[name] === undefined);
      return unknown === undefined
        ? installing(installed, offered, names)
        : `E: Unable to locate package ${unknown}`;
    }
    case 'remove':
    case 'purge': {
      const removed = names.filter((name) => installed[name] !== undefined);
      const after = Object.fromEntries(Object.entries(installed).filter(([name]) => !removed.includes(name)));
      return { upgraded: [], added: [], removed, after };
    }
    default:
      return `apt-get: the lab does not simulate '${verb}'`;
  }
}

function summary({ upgraded, added, removed }: Transaction): string {
  const listed = (words: string, names: readonly string[]): string =>
    names.length === 0 ? '' : `${words}\n  ${names.join(' ')}\n`;
  return `${listed('The following packages will be REMOVED:', removed)}${listed('The following NEW packages will be installed:', added)}${listed('The following packages will be upgraded:', upgraded)}${upgraded.length} upgraded, ${added.length} newly installed, ${removed.length} to remove and 0 not upgraded.\n`;
}

function simulation(
  { upgraded, added, removed }: Transaction,
  installed: Versions,
  offered: Versions,
): string {
  const all = [...added, ...upgraded].toSorted();
  const source = (name: string): string =>
    `(${offered[name] ?? ''} ${/^(?:pve|proxmox|libpve|qemu-server|lxc)/.test(name) ? 'Proxmox' : 'Debian'}:stable [amd64])`;
  const was = (name: string): string => (installed[name] === undefined ? '' : ` [${installed[name]}]`);
  return [
    ...removed.map((name) => `Remv ${name}${was(name)}\n`),
    ...all.map((name) => `Inst ${name}${was(name)} ${source(name)}\n`),
    ...all.map((name) => `Conf ${name} ${source(name)}\n`),
  ].join('');
}

/** Seconds that all of it takes. */
const SECONDS = 0.2;

async function carryOut(
  { node }: Call,
  planned: Transaction,
  installed: Versions,
  text: string,
): Promise<Ran> {
  const { machine } = node;
  const { upgraded, added, after } = planned;
  const changed = [...added, ...upgraded].toSorted();
  if (changed.length > 0) await machine.sleep(SECONDS);
  writeInstalled(machine, after);
  for (const name of added) {
    const release = /^proxmox-kernel-(.*-pve)-signed$/.exec(name)?.[1];
    if (release !== undefined) machine.files.write(`/boot/vmlinuz-${release}`, '');
  }
  node.setVersion(after['pve-manager']?.startsWith('8.') === true ? '8' : '9');
  const lines = changed.flatMap((name) => [
    `Unpacking ${name} (${after[name] ?? ''})${installed[name] === undefined ? '' : ` over (${installed[name]})`} ...\n`,
    `Setting up ${name} (${after[name] ?? ''}) ...\n`,
  ]);
  return done(text + lines.join(''));
}
