import type { Status } from './facts.ts';

/** What Ansible's stat and find say of a path, by its names. */
export function statusValues(status: Status): Readonly<Record<string, unknown>> {
  return {
    ...numbersOf(status),
    ...permissionsOf(status),
    isreg: status.kind === 'file',
    isdir: status.kind === 'directory',
    islnk: status.kind === 'link',
    ischr: (status.rawMode & 0o170000) === 0o020000,
    isblk: (status.rawMode & 0o170000) === 0o060000,
    isfifo: (status.rawMode & 0o170000) === 0o010000,
    issock: (status.rawMode & 0o170000) === 0o140000,
  };
}

function numbersOf(status: Status): Readonly<Record<string, unknown>> {
  const { size, inode, device: dev, links: nlink, accessed, modified, changed } = status;
  const { uid, gid, owner, group } = status;
  return {
    size,
    inode,
    dev,
    nlink,
    atime: accessed,
    mtime: modified,
    ctime: changed,
    uid,
    gid,
    pw_name: owner,
    gr_name: group,
  };
}

function permissionsOf({ mode }: Status): Readonly<Record<string, unknown>> {
  const bits = { rusr: 0o400, wusr: 0o200, xusr: 0o100, rgrp: 0o040, wgrp: 0o020, xgrp: 0o010 } as const;
  const others = { roth: 0o004, woth: 0o002, xoth: 0o001, isuid: 0o4000, isgid: 0o2000 } as const;
  return {
    // Four digits, as these modules of Ansible's alone have it.
    mode: mode.toString(8).padStart(4, '0'),
    ...Object.fromEntries(
      Object.entries({ ...bits, ...others }).map(([name, bit]) => [name, (mode & bit) !== 0]),
    ),
  };
}
