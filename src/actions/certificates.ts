import { X509Certificate } from 'node:crypto';
import { acmeAccount } from './host/acme-account.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision, HostAct } from './host/host-task.ts';
import { hostTask } from './host/host-task.ts';
import type { OwnCertificate } from './host/own-certificate.ts';
import { certificatesIn, readOwnCertificate, setCertificate } from './host/own-certificate.ts';
import type { Values } from './host/parameters.ts';
import { flag, integer, optional, plainText, preset } from './host/parameters.ts';

const parameters = {
  days: preset(integer('Days that each of them must still be valid.'), 30),
  renew: preset(
    flag(
      "Renew what would not be: PVE's own by pvecm updatecerts, one of ACME by pvenode acme cert renew, or order where there is none yet. Of others it is only told.",
    ),
    false,
  ),
  certificate: optional(
    plainText(
      "A certificate of one's own for the interface, with those between it and its root: PEM, or a file of the controller.",
    ),
  ),
  key: optional(
    plainText('Its private key: PEM, or a file of the controller, which ansible-vault may have encrypted.'),
  ),
};

const ROOT = '/etc/pve/pve-root-ca.pem';
const OWN = '/etc/pve/local/pve-ssl.pem';
const CUSTOM = '/etc/pve/local/pveproxy-ssl.pem';
const CONFIG = '/etc/pve/local/config';
const ACCOUNTS = '/etc/pve/priv/acme';
const DAY_SECONDS = 86_400;

/** A certificate authority looks at each domain, and may take its time. */
const ACME_SECONDS = 1800;

const reads: readonly HostRead[] = [
  ...[ROOT, OWN, CUSTOM, CONFIG].map((path) => ({ read: 'path', path, content: true }) as const),
  { read: 'glob', pattern: `${ACCOUNTS}/*` },
];

/** The certificates of PVE's interface on a node: a gate for their end, what renews them, and one's own. */
export const certificates = hostTask<typeof parameters, OwnCertificate | undefined>({
  name: 'certificates',
  help: "Checks that the certificates of the node's interface stay valid for so many days, renews them where that is asked for, and sets one of one's own.",
  parameters,
  notYet: [],
  changes: true,
  check: ({ certificate, key }) =>
    (certificate === undefined) === (key === undefined)
      ? []
      : [{ what: 'a certificate goes with its key; both "certificate" and "key" are wanted' }],
  prepare: readOwnCertificate,
  reads: () => reads,
  readsAhead: () => reads,
  decide,
  // An authority may give less time than is wanted.
  confirm: (values, facts, own) => decide({ ...values, renew: false }, facts, own),
});

interface Ending {
  readonly path: string;
  /** It stands in the node's configuration, and was never got. */
  readonly isMissing: boolean;
  /** Seconds since 1970; undefined: it can't be read. */
  readonly end: number | undefined;
}

function decide(
  { days, renew }: Values<typeof parameters>,
  facts: Facts,
  own: OwnCertificate | undefined,
): Decision {
  const account = acmeAccount(facts.path(CONFIG).content?.toString() ?? '');
  const all = [ROOT, OWN, CUSTOM].flatMap((path): readonly Ending[] => {
    const content = path === CUSTOM && own !== undefined ? own.chain : facts.path(path).content;
    const isMissing = content === undefined;
    if (isMissing && (path !== CUSTOM || account === undefined)) return [];
    return [{ path, isMissing, end: isMissing ? undefined : endOf(content) }];
  });
  const result = {
    certificates: all.map(({ path, end }) => ({
      path,
      ...(end !== undefined && { valid_until: dayOf(end) }),
    })),
  };
  const refused = (why: string): Decision => ({ is: 'refused', why, result });
  const isOld = ({ end }: Ending): boolean => end === undefined || end < facts.now + days * DAY_SECONDS;
  if (own !== undefined && account !== undefined)
    return refused(
      "Cannot set a certificate of one's own: the node gets its by ACME, which would take its place; a node without is wanted (pvenode config set --delete acme)",
    );
  const there = facts.path(CUSTOM).content?.toString() ?? '';
  const sets = own === undefined || certificatesIn(there) === own.chain ? [] : [setCertificate(own)];
  const old = all.filter(isOld);
  if (old.length + sets.length === 0) {
    const [first] = all.toSorted((a, b) => (a.end ?? 0) - (b.end ?? 0));
    const message =
      first?.end === undefined ? 'there are none' : `valid until ${dayOf(first.end)} and longer`;
    return { is: 'as wanted', message, result };
  }
  const acts = renew ? old.map((each) => renewal(each, account)) : [];
  const stuck = old.filter((_, index) => acts[index] === undefined);
  if (stuck.length > 0) return refused(stuck.map((each) => words(each, days, facts.now)).join('\n'));
  const isOfAcme = renew && old.some(({ path }) => path === CUSTOM);
  if (isOfAcme && account !== undefined && !facts.glob(`${ACCOUNTS}/*`).includes(`${ACCOUNTS}/${account}`))
    return refused(
      `Cannot get a certificate by ACME: the cluster has no ACME account "${account}"; one is wanted (pvenode acme account register ${account} MAIL)`,
    );
  return { is: 'change', acts: [...sets, ...acts.flatMap((act) => act ?? [])], result };
}

/** The root has the trust of every browser that knows it, and is never made anew by the way. */
function renewal({ path, isMissing }: Ending, account: string | undefined): HostAct | undefined {
  if (path === OWN) {
    const script = 'pvecm updatecerts --force && systemctl reload-or-restart pveproxy';
    return { argv: ['sh', '-c', script], title: `run ${script}` };
  }
  if (path !== CUSTOM || account === undefined) return undefined;
  const act = isMissing ? ['order'] : ['renew', '--force', '1'];
  return { argv: ['pvenode', 'acme', 'cert', ...act], longSeconds: ACME_SECONDS };
}

function words({ path, isMissing, end }: Ending, days: number, now: number): string {
  if (isMissing)
    return `Cannot rely on ${path}: the node is to get it by ACME, and never has; one is wanted (renew: true)`;
  const is =
    end === undefined
      ? 'it is no certificate that can be read'
      : `it is valid until ${dayOf(end)}, ${Math.floor((end - now) / DAY_SECONDS)} days from now`;
  return `Cannot rely on ${path}: ${is}; ${days} days are wanted`;
}

function endOf(pem: Buffer | string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo) / 1000;
  } catch {
    return undefined;
  }
}

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
