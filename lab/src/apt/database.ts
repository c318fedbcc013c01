import type { Machine } from '../machine.ts';
import { printDpkgStatus } from '../node/packages.ts';

const STATUS = '/var/lib/dpkg/status';
const LISTS = '/var/lib/apt/lists';

export type Versions = Readonly<Record<string, string>>;

/** The packages of a node, from dpkg's own file. */
export function installedPackages({ files }: Machine): Versions {
  return readStanzas(files.read(STATUS) ?? '', (stanza) => /^Status: install ok installed$/m.test(stanza));
}

export function writeInstalled({ files }: Machine, versions: Versions): void {
  files.write(STATUS, printDpkgStatus(versions));
}

/** What the lists name that were last read. */
export function offeredPackages({ files }: Machine): Versions {
  const lists = files.list(LISTS).filter((name) => name.endsWith('_Packages'));
  return Object.assign(
    {},
    ...lists.map((name) => readStanzas(files.read(`${LISTS}/${name}`) ?? '', () => true)),
  ) as Versions;
}

/** Puts the lists of these repositories in place of those that are there. */
export function writeLists({ files, clock }: Machine, lists: ReadonlyMap<string, Versions>): void {
  for (const name of files.list(LISTS)) files.remove(`${LISTS}/${name}`);
  for (const [name, versions] of lists) {
    const stanzas = Object.entries(versions).map(
      ([pack, version]) => `Package: ${pack}\nVersion: ${version}\n\n`,
    );
    files.write(`${LISTS}/${name}_Packages`, stanzas.join(''));
  }
  files.write('/var/lib/apt/periodic/update-success-stamp', `${clock()}\n`);
}

function readStanzas(text: string, isMeant: (stanza: string) => boolean): Versions {
  return Object.fromEntries(
    text.split('\n\n').flatMap((stanza) => {
      const name = /^Package: (.+)$/m.exec(stanza)?.[1];
      const version = /^Version: (.+)$/m.exec(stanza)?.[1];
      return name === undefined || version === undefined || !isMeant(stanza) ? [] : [[name, version]];
    }),
  );
}
