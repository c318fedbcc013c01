import { type ConfigLine, type ConfigProblem, formatPlace } from './config-line.ts';

/** Keywords that only OpenSSH obeys, unless they have one of these values, and whether going on without them would be wrong. */
const keywords: readonly { keyword: string; unless: readonly string[]; blocks: boolean; what: string }[] = [
  { keyword: 'canonicalizehostname', unless: ['no', 'none'], blocks: true, what: 'canonical host names' },
  { keyword: 'revokedhostkeys', unless: ['none'], blocks: true, what: 'lists of revoked host keys' },
  { keyword: 'proxyusefdpass', unless: ['no'], blocks: true, what: 'a socket handed over by ProxyCommand' },
  { keyword: 'bindaddress', unless: [], blocks: true, what: 'a source address' },
  { keyword: 'bindinterface', unless: ['none'], blocks: true, what: 'a source interface' },
  { keyword: 'pkcs11provider', unless: ['none'], blocks: false, what: 'keys on smart cards' },
  { keyword: 'securitykeyprovider', unless: ['internal', 'none'], blocks: false, what: 'security keys' },
  { keyword: 'gssapiauthentication', unless: ['no'], blocks: false, what: 'GSSAPI' },
  { keyword: 'hostbasedauthentication', unless: ['no'], blocks: false, what: 'log-in by host' },
  { keyword: 'knownhostscommand', unless: ['none'], blocks: false, what: 'known hosts from a command' },
  { keyword: 'verifyhostkeydns', unless: ['no'], blocks: false, what: 'host keys in the DNS' },
];

/** What a configuration asks for that ssh2 cannot do: what makes the connection wrong, and what may be why it fails. */
export function notOurs(first: ReadonlyMap<string, ConfigLine>): {
  readonly blocking: readonly ConfigProblem[];
  readonly told: readonly string[];
} {
  const asked = keywords.flatMap((row) => {
    const line = first.get(row.keyword);
    return line === undefined || row.unless.includes(line.words[0]?.toLowerCase() ?? '')
      ? []
      : [{ ...row, line }];
  });
  return {
    blocking: asked
      .filter((row) => row.blocks)
      .map(({ keyword, what, line }) => ({
        place: line.place,
        whatIs: `${keyword} asks for ${what}, which pvefleet's own ssh cannot do`,
      })),
    told: asked.filter((row) => !row.blocks).map(({ what, line }) => `${what} (${formatPlace(line.place)})`),
  };
}
