import type { Facts, HostRead, PathFacts } from './host/facts.ts';
import { plainHostTask } from './host/host-task.ts';
import { choice, flag, absolutePath, preset } from './host/parameters.ts';
import { statusValues } from './host/status-values.ts';

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
    result: { stat: pathValues(facts.path(at), follow, withHash) },
  }),
});

function pathValues(found: PathFacts, follow: boolean, withHash: boolean): Readonly<Record<string, unknown>> {
  const status = follow ? found.followed : found.status;
  if (status === undefined) return { exists: false };
  return {
    exists: true,
    path: found.path,
    ...statusValues(status),
    ...(status.kind === 'link' && { lnk_target: found.target, lnk_source: found.real }),
    ...(withHash && status.kind === 'file' && found.hash !== undefined && { checksum: found.hash }),
  };
}
