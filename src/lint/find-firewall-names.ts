import type { Mention } from '../pve/file-kind.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Linted } from './inspect-file.ts';
import type { FoundAt, Tree } from './tree.ts';

/**
 * Aliases and IP sets that rules name and that pve-firewall does not find: it looks for NAME in the guest's own file,
 * then in cluster.fw, for guest/NAME and dc/NAME in one of them only, and keeps the rule out of force without it
 * (Firewall.pm verify_rule, ipt_gen_src_or_dst_match, resolve_alias). A file is read from the top, so what a rule of it
 * names stands above. Only guests have names of their own. Without cluster.fw nothing is known of its names.
 */
export function findFirewallNames({ files }: Tree): readonly FoundAt[] {
  const cluster = files.find(({ kind }) => kind === 'firewall-cluster');
  return files
    .filter(({ kind }) => kind.startsWith('firewall-'))
    .flatMap((file) =>
      file.refs.filter(isNamed).flatMap((ref): readonly FoundAt[] => {
        const message = problemOf(ref, placesFor(ref, file, cluster));
        if (message === undefined) return [];
        return [[file, { line: ref.line, severity: 'warning', code: `tree/no-${ref.kind}`, message }]];
      }),
    );
}

const isNamed = ({ kind }: Mention): boolean => kind === 'alias' || kind === 'ipset';

/** Where PVE looks; `above` is the file that the mention itself is in. Undefined where one of them is not known. */
type Places = readonly { readonly file: Linted; readonly above: boolean }[] | undefined;

function placesFor({ scope }: Mention, file: Linted, cluster: Linted | undefined): Places {
  const own = file.kind === 'firewall-guest' && scope !== 'dc' ? [{ file, above: true }] : [];
  if (scope === 'guest') return own;
  return cluster && [...own, { file: cluster, above: cluster === file }];
}

function problemOf(ref: Mention, places: Places): string | undefined {
  if (places === undefined) return undefined;
  const noun = ref.kind === 'alias' ? 'alias' : 'IP set';
  const names = new Set<string>();
  let below: number | undefined;
  for (const { file, above } of places) {
    for (const { kind, name, line } of file.defines) {
      if (kind !== ref.kind) continue;
      names.add(name);
      if (name !== ref.name) continue;
      if (!above || line < ref.line) return undefined;
      below ??= line;
    }
  }
  const written = `${ref.scope === undefined ? '' : `${ref.scope}/`}${ref.name}`;
  if (below !== undefined)
    return `${noun} "${written}" is defined below, at line ${below}, and pve-firewall reads from the top; above is wanted`;
  return `there is no ${noun} "${written}"; ${wanted(ref, [...names])}`;
}

function wanted({ kind, name, scope }: Mention, names: readonly string[]): string {
  if (names.length > 0)
    return `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''} ${names.length === 1 ? 'is' : 'are'} there${didYouMean(name, names)}`;
  const where = scope === 'guest' ? "the guest's own file" : 'cluster.fw';
  return `one in ${kind === 'alias' ? '[ALIASES]' : `[IPSET ${name}]`} of ${where} is wanted`;
}
