import { makeCertificate } from '../../node/certificate.ts';
import type { Subject } from '../../node/certificate.ts';
import { privateKey } from '../../node/install.ts';
import { endOf } from '../../node/node-certificate.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Command } from '../cli/tool.ts';
import { die } from '../failure.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';

const DAY_SECONDS = 86_400;

/** An authority outside, which knows every domain already and says yes; it gives ninety days. */
const AUTHORITY = {
  url: 'https://acme.lab.internal',
  days: 90,
  key: 'the key of an authority outside',
} as const;
const ISSUER: Subject = [
  ['O', 'Lab Authority'],
  ['CN', 'L1'],
];

interface AcmeConfig {
  readonly account: string;
  readonly domains: readonly string[];
}

/** What a node's configuration says of ACME (pve-manager, PVE/NodeConfig.pm get_acme_conf). Throws Failure. */
function readConfig({ files, name }: Session['machine']): AcmeConfig {
  const config = files.read(`/etc/pve/nodes/${name}/config`) ?? '';
  const options = [...config.matchAll(/^(?<key>acme|acmedomain\d+):[ \t]*(?<value>.*)$/gm)].map(
    ({ groups }) => [groups?.['key'] ?? '', groups?.['value'] ?? ''] as const,
  );
  const partOf = (value: string, key: string): string | undefined =>
    value
      .split(',')
      .find((part) => part.startsWith(`${key}=`))
      ?.slice(key.length + 1);
  const acme = options.find(([key]) => key === 'acme')?.[1] ?? '';
  const own = options.flatMap(([key, value]) =>
    key === 'acme' ? [] : [partOf(value, 'domain') ?? value.split(',')[0] ?? ''],
  );
  const domains = [...(partOf(acme, 'domains')?.split(';') ?? []), ...own].map((domain) =>
    domain.toLowerCase(),
  );
  if (domains.length === 0) die('400 ACME domain list in node configuration is missing!');
  return { account: partOf(acme, 'account') ?? 'default', domains };
}

const pathOf = ({ machine }: Session): string => `/etc/pve/nodes/${machine.name}/pveproxy-ssl`;

/**
 * Orders a certificate as PVE/API2/ACME.pm does; nothing of it was recorded. What depends on the world outside, a domain that
 * has to be validated by a plugin, is not modelled: the authority has validated them all.
 */
function placeOrder(session: Session, { account, domains }: AcmeConfig): void {
  const { files, random, clock } = session.machine;
  if (!files.exists(`/etc/pve/priv/acme/${account}`))
    die(`ACME account config file '${account}' does not exist.`);
  session.print('Loading ACME account details\nPlacing ACME order\n');
  session.print(`Order URL: ${AUTHORITY.url}/order/${random.hex(8)}\n`);
  for (const domain of domains)
    session.print(
      `\nGetting authorization details from '${AUTHORITY.url}/authz/${random.hex(8)}'\n${domain} is already validated!\n`,
    );
  session.print('\nAll domains validated!\n\nCreating CSR\nChecking order status\n');
  session.print('Order is ready, finalizing order\nvalid!\n\nDownloading certificate\n');
  const key = privateKey(random);
  session.print('Setting pveproxy certificate and key\n');
  files.write(`${pathOf(session)}.key`, key);
  files.write(
    `${pathOf(session)}.pem`,
    makeCertificate({
      subject: [['CN', domains[0] ?? '']],
      key,
      issuer: ISSUER,
      issuerKey: AUTHORITY.key,
      from: clock() - 3600,
      days: AUTHORITY.days,
      names: domains,
    }),
  );
  session.print('Restarting pveproxy\n');
}

async function asTask(session: Session, type: string, work: () => void): Promise<TaskEnd> {
  const end = await runTask(session, type, '', work);
  session.print(`Task ${end.failed ? 'ERROR' : 'OK'}\n`);
  return end;
}

/** `pvenode acme cert order`. Throws Failure. */
function order(session: Session, { force }: Parameters): Promise<TaskEnd> {
  if (force !== '1' && session.machine.files.exists(`${pathOf(session)}.pem`))
    die("400 Parameter verification failed.\nforce: Custom certificate exists but 'force' is not set.");
  const config = readConfig(session.machine);
  return asTask(session, 'acmenewcert', () => placeOrder(session, config));
}

/** `pvenode acme cert renew`: within its last thirty days, or by force. Throws Failure. */
function renew(session: Session, { force }: Parameters): Promise<TaskEnd> {
  const { files, clock } = session.machine;
  const path = `${pathOf(session)}.pem`;
  if (!files.exists(path)) die('No current (custom) certificate found, please order a new certificate!');
  if (force !== '1' && (endOf(files, path) ?? 0) > clock() + 30 * DAY_SECONDS)
    die(
      "400 Parameter verification failed.\nforce: Certificate does not expire within the next 30 days, and 'force' is not set.",
    );
  const config = readConfig(session.machine);
  return asTask(session, 'acmerenew', () => {
    placeOrder(session, config);
    session.print('Revoking old certificate\n');
  });
}

const shared = {
  parameters: { force: { type: 'boolean', optional: 1 } },
  positional: [],
  exitsAsTask: true,
} as const;

/** `pvenode acme …`, as far as certificates go; accounts and plugins are not modelled. */
export const ACME_COMMANDS: Readonly<Record<string, Command>> = {
  'acme cert order': { ...shared, run: order },
  'acme cert renew': { ...shared, run: renew },
};
