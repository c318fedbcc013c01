/** APT's package sources, as both styles of file say them: sources.list(5), apt-pkg/sourcelist.cc, proxmox-apt. */

/** One line of a `.list`, or one stanza of a `.sources`. */
export interface Repository {
  /** "deb", "deb-src" */
  readonly types: readonly string[];
  readonly uris: readonly string[];
  /** A name, or a path that ends with "/". */
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Off is a stanza with "Enabled: no", or a line that is commented out, as PVE's panel does it. */
  readonly enabled: boolean;
  /** By the names of the one-line style ("arch", "signed-by"), several values joined by comma. */
  readonly options: Readonly<Record<string, string>>;
  /** From 1. */
  readonly line: number;
}

/**
 * One value for all lists of repositories that mean the same to apt: it makes one source of each URI, suite and component,
 * so that one stanza and several lines are equal. Order is preference, so it counts, between types it does not.
 */
export function normalRepositories(all: readonly Repository[]): unknown {
  const sources = new Map<string, Source>();
  for (const source of all.flatMap(sourcesOf)) {
    const { components, ...rest } = source;
    const key = JSON.stringify(rest);
    const before = sources.get(key)?.components ?? [];
    sources.set(key, { ...source, components: [...new Set([...before, ...components])].toSorted() });
  }
  const found: Record<string, unknown> = Object.create(null);
  for (const { type } of sources.values())
    found[type] = [...sources.values()].filter((source) => source.type === type);
  return found;
}

/** What apt fetches: one type, URI and suite. */
interface Source {
  readonly type: string;
  readonly uri: string;
  readonly suite: string;
  readonly enabled: boolean;
  readonly options: readonly string[];
  readonly components: readonly string[];
}

function sourcesOf({ types, uris, suites, components, enabled, options }: Repository): readonly Source[] {
  const forms = Object.entries(options).flatMap(([name, value]) => {
    // apt knows no such fields; they are for people and other tools.
    if (name.startsWith('x-') || name === 'description') return [];
    return [`${name}=${optionForm(name, value)}`];
  });
  return types.flatMap((type) =>
    uris.flatMap((uri) =>
      suites.map((suite) => ({
        type,
        uri: uriForm(uri),
        suite,
        enabled,
        options: forms.toSorted(),
        components,
      })),
    ),
  );
}

/** FixupURI ends each with a slash; one without a host is the same with and without "//" (apt-pkg/contrib/strutl.cc). */
function uriForm(uri: string): string {
  const form = uri.replace(/^(?<access>file|copy|cdrom):\/\/(?=[/[])/u, '$<access>:');
  return form.endsWith('/') ? form : `${form}/`;
}

/** Each rule as apt-pkg/deb/debmetaindex.cc reads the option. */
function optionForm(name: string, value: string): string {
  if (/^arch[+-]?$/u.test(name)) return [...new Set(listOf(value))].toSorted().join(',');
  if (/^(?:lang|target)[+-]?$/u.test(name)) return listOf(value).join(',');
  if (name === 'signed-by') return signedByForm(value);
  const isTriState = name === 'trusted' || name === 'check-valid-until' || name === 'check-date';
  if (isTriState) return parseAptBoolean(value) === true ? 'yes' : 'no';
  if (name !== 'pdiffs' && !name.startsWith('allow-')) return value;
  const flag = parseAptBoolean(value);
  return flag === undefined ? value : flag ? 'yes' : 'no';
}

/** NormalizeSignedBy: files and fingerprints by comma or white space; of a key's block the lines, "." an empty one. */
function signedByForm(value: string): string {
  if (!value.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) return listOf(value).join(',');
  const lines = value
    .trim()
    .split('\n')
    .map((line) => line.trim());
  return lines.map((line) => (line === '.' ? '' : line)).join('\n');
}

const listOf = (value: string): readonly string[] => value.split(/[\s,]+/u).filter((part) => part !== '');

/** StringToBool of apt-pkg/contrib/strutl.cc; undefined for other text. */
export function parseAptBoolean(text: string): boolean | undefined {
  if (/^(?:0*1|yes|true|with|on|enable)$/iu.test(text)) return true;
  if (/^(?:0+|no|false|without|off|disable)$/iu.test(text)) return false;
  return undefined;
}

/** The types apt knows. */
export const isSourceType = (name: string): boolean => name === 'deb' || name === 'deb-src';

/** What apt refuses in a repository, as "<what is>; <what is wanted>"; undefined for a good one. */
export function repositoryProblem(repository: Omit<Repository, 'line'>): string | undefined {
  const { types, uris, suites, components } = repository;
  const type = types.find((name) => !isSourceType(name));
  if (types.length === 0) return 'no type is given; deb or deb-src is wanted';
  if (type !== undefined) return `type "${type}" is unknown; deb or deb-src is wanted`;
  if (uris.length === 0) return 'no URI is given; one is wanted';
  const uri = uris.find((text) => !text.includes(':'));
  if (uri !== undefined) return `"${uri}" is no URI; one like https://host/path is wanted`;
  if (suites.length === 0) return 'no suite is given; one is wanted';
  const path = suites.find((suite) => suite.endsWith('/'));
  if (path !== undefined && components.length > 0)
    return `suite "${path}" is a path, with which no component goes; none is wanted`;
  const suite = suites.find((name) => !name.endsWith('/'));
  return suite !== undefined && components.length === 0
    ? `suite "${suite}" has no component; one is wanted, or a path that ends with "/"`
    : undefined;
}
