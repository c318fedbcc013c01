import type { Machine } from '../machine.ts';
import { offeredByDebian, offeredByPve } from '../node/packages.ts';
import type { Versions } from './database.ts';

/** One suite of one repository, as a node's sources name it. */
export interface Repository {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

const DIRECTORY = '/etc/apt/sources.list.d';

/** What sources.list and its directory name, in both formats (sources.list(5)). */
export function repositoriesOf({ files }: Machine): readonly Repository[] {
  const read = (path: string): string => files.read(path) ?? '';
  const paths = files.list(DIRECTORY).map((name) => `${DIRECTORY}/${name}`);
  return [
    ...linesIn(read('/etc/apt/sources.list')),
    ...paths.filter((path) => path.endsWith('.list')).flatMap((path) => linesIn(read(path))),
    ...paths.filter((path) => path.endsWith('.sources')).flatMap((path) => stanzasIn(read(path))),
  ];
}

function linesIn(text: string): readonly Repository[] {
  return text.split('\n').flatMap((line) => {
    const [, uri, suite, components] = /^deb (?:\[[^\]]*\] )?(\S+) (\S+) (.+)$/.exec(line.trim()) ?? [];
    return uri === undefined || suite === undefined
      ? []
      : [{ uri, suite, components: (components ?? '').split(/\s+/) }];
  });
}

function stanzasIn(text: string): readonly Repository[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const words = (key: string): readonly string[] =>
      (new RegExp(`^${key}:\\s*(.*)$`, 'mi').exec(stanza)?.[1] ?? '')
        .split(/\s+/)
        .filter((word) => word !== '');
    if (/^Enabled:\s*(no|false|0)$/im.test(stanza) || !words('Types').includes('deb')) return [];
    return words('URIs').flatMap((uri) =>
      words('Suites').map((suite) => ({ uri, suite, components: words('Components') })),
    );
  });
}

/** What a repository has; a word when it answers with an error. The world beyond the lab is these two releases. */
export function contentOf({ uri, suite, components }: Repository): Versions | string {
  const release = suite.startsWith('bookworm') ? '8' : suite.startsWith('trixie') ? '9' : undefined;
  if (uri.includes('enterprise.proxmox.com')) return '401  Unauthorized';
  if (release === undefined) return '404  Not Found';
  if (uri.includes('debian.org')) return suite.includes('-') ? {} : offeredByDebian(release);
  if (!uri.includes('download.proxmox.com')) return 'Could not resolve host';
  if (uri.includes('/ceph')) return {};
  return components.some((each) => ['pve-no-subscription', 'pve-test'].includes(each))
    ? offeredByPve(release)
    : {};
}
