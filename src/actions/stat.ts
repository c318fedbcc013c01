import type { Facts, HostRead, PathFacts, Status } from './host/facts.ts';
import { plainHostTask } from './host/host-task.ts';
import { choice, flag, absolutePath, preset } from './host/parameters.ts';

/** Says what is at a path, as Ansible's module: {stat: {exists, …}}. */
export const stat = plainHostTask({
  name: 'stat',
  help: 'Says what is at a path; `register` it.',
  parameters: {
    path: absolutePath('Where to look.', ['dest', 'name']),
    follow: preset(flag('Say what a link leads to, not the link.'), false),
    get_checksum: preset(flag('Also the checksum of a file.'), true),
    get_attributes: preset(
      flag('Taken, but attributes of the file system are not told.', ['attr', 'attributes']),
      true,
    ),
    get_mime: preset(
      flag('Taken, but the kind of its content is not told.', ['mime', 'mime_type', 'mime-type']),
      true,
    ),
    checksum_algorithm: preset(
      choice(['sha1', 'md5', 'sha224', 'sha256', 'sha384', 'sha512'], 'The kind of checksum.', [
        'checksum',
        'checksum_algo',
      ]),
      'sha1',
    ),
  },
  notYet: ['get_selinux_context'],
  changes: false,
  reads: ({ path: at, get_checksum: withHash, checksum_algorithm: hash }): readonly HostRead[] => [
    { read: 'path', path: at, ...(withHash && { hash }) },
  ],
  decide: ({ path: at, follow, get_checksum: withHash }, facts: Facts) => ({
    is: 'as wanted',
    result: { stat: statValues(facts.path(at), follow, withHash) },
  }),
});

function statValues(found: PathFacts, follow: boolean, withHash: boolean): Readonly<Record<string, unknown>> {
  const status = follow ? found.followed : found.status;
  if (status === undefined) return { exists: false };
  return {
    exists: true,
    path: found.path,
    ...numbersOf(status),
    ...permissionsOf(status),
    isreg: status.kind === 'file',
    isdir: status.kind === 'directory',
    islnk: status.kind === 'link',
    ischr: (status.rawMode & 0o170000) === 0o020000,
    isblk: (status.rawMode & 0o170000) === 0o060000,
    isfifo: (status.rawMode & 0o170000) === 0o010000,
    issock: (status.rawMode & 0o170000) === 0o140000,
    ...(status.kind === 'link' && { lnk_target: found.target, lnk_source: found.real }),
    ...(withHash && status.kind === 'file' && found.hash !== undefined && { checksum: found.hash }),
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
    // Four digits, as this module of Ansible's alone has it.
    mode: mode.toString(8).padStart(4, '0'),
    ...Object.fromEntries(
      Object.entries({ ...bits, ...others }).map(([name, bit]) => [name, (mode & bit) !== 0]),
    ),
  };
}
