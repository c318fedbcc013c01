import type { HostRead } from './facts.ts';
import type { Answer } from './answers.ts';
import { placesOf } from './answers.ts';

/** What an act may have changed: all that is at, above and below these paths; or anything at all. */
export type Touched = 'anything' | readonly string[];

/**
 * Whether what was answered to a read may have become untrue. Errs on the side of yes: a read too many costs a
 * millisecond. Links are seen through; a bind mount is not.
 */
export function isTouched(read: HostRead, answer: Answer, touched: Touched): boolean {
  if (touched === 'anything') return true;
  return touched.some((path) => isTouchedBy(read, answer, withoutEnd(path)));
}

/** Whether what a survey knows of a node may have become untrue. */
export function touchesSurvey(touched: Touched): boolean {
  return touched === 'anything' || touched.some((path) => SURVEYED.some((root) => meet(path, root)));
}

/** What the probe reads (snapshot/probe.sh). */
const SURVEYED = [
  '/etc/pve',
  '/etc/network',
  '/etc/corosync',
  '/var/lib',
  '/var/log/pve',
  '/run',
  '/proc',
  '/sys',
];

/** Where packages, their sources and apt's settings are. */
const OF_PACKAGES = ['/etc/apt', '/var/lib/apt', '/var/lib/dpkg', '/var/cache/apt'];

/** What systemd and its generators make units of, wherever it is: /etc/systemd, /usr/lib/systemd, /etc/init.d, /etc/fstab. */
const OF_UNITS = /\/systemd(?:\/|$)|\/init\.d(?:\/|$)|\/rc\w\.d(?:\/|$)|^\/etc\/(?:fstab|crypttab)$/u;

function isTouchedBy(read: HostRead, answer: Answer, touched: string): boolean {
  switch (read.read) {
    case 'path':
      return placesOf(read.path, answer).some((place) =>
        isBelow(touched, place) ? !isOnlyWhat(read, answer) : meet(touched, place),
      );
    case 'tree':
    case 'glob':
    case 'port':
    case 'output':
      return true;
    case 'package':
    case 'upgrades':
      return OF_PACKAGES.some((root) => meet(touched, root));
    case 'unit':
      return OF_UNITS.test(touched) || unitFiles(answer).some((place) => meet(touched, place));
  }
}

/** What happens in a directory leaves it a directory, with its mode and owner. */
function isOnlyWhat(read: HostRead, answer: Answer): boolean {
  const status = answer.find(([word]) => word === 'followed')?.[1];
  return read.read === 'path' && read.only === 'what' && status?.startsWith('4') === true;
}

const unitFiles = (answer: Answer): readonly string[] =>
  answer.flatMap(([, value]) => {
    const file = /^FragmentPath=(?<file>\/.*)$/u.exec(value)?.groups?.['file'];
    return file === undefined ? [] : [file, `${file}.d`];
  });

const withoutEnd = (path: string): string => path.replace(/(?<=.)\/+$/u, '');

const isBelow = (path: string, root: string): boolean => path.startsWith(root === '/' ? '/' : `${root}/`);

const meet = (one: string, other: string): boolean =>
  one === other || isBelow(one, other) || isBelow(other, one);
