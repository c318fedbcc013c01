import { expect, test } from 'vitest';
import { packageFacts } from '../../src/actions/package-facts.ts';
import { serviceFacts } from '../../src/actions/service-facts.ts';
import { setup } from '../../src/actions/setup.ts';
import { ok } from '../../src/diagnostic.ts';
import { runOn } from './fake-host.ts';
import { messagesOf, runHere } from './on-this-host.ts';

test('package_facts has what is installed, as apt names it', async () => {
  const list = '${Package}\\t${Version}\\t${Architecture}\\t${Section}\\t${db:Status-Status}\\n';
  const lines = [
    'bash\t5.2.37-2\tamd64\tshells\tinstalled',
    'tzdata\t2025b\tall\tlocalization\tinstalled',
    'libc6\t2.41\tamd64\tlibs\tinstalled',
    'libc6\t2.41\ti386\tlibs\tinstalled',
    'gone\t1\tamd64\tmisc\tconfig-files',
  ];
  const tells = {
    'dpkg --print-architecture': [0, 'amd64'],
    [`dpkg-query -W -f ${list}`]: [0, lines.join('\n')],
  } as const;
  const of = (name: string, version: string, arch: string, category: string) => [
    { name, version, arch, category, source: 'apt' },
  ];
  const packages = {
    bash: of('bash', '5.2.37-2', 'amd64', 'shells'),
    tzdata: of('tzdata', '2025b', 'all', 'localization'),
    libc6: of('libc6', '2.41', 'amd64', 'libs'),
    'libc6:i386': of('libc6:i386', '2.41', 'i386', 'libs'),
  };
  const done = await runOn({ tells }, packageFacts, { manager: 'auto' });
  expect(done).toMatchObject({ outcome: 'ok', commands: [], result: { ansible_facts: { packages } } });
  expect(done.gathered).toEqual({ packages });
});

test('package_facts asks dpkg, and no other manager', async () => {
  const { gathered } = await runHere(packageFacts, {});
  expect(gathered?.['packages']).toMatchObject({
    dpkg: [{ name: 'dpkg', source: 'apt', category: 'admin' }],
  });
  expect(messagesOf(await runHere(packageFacts, { manager: 'rpm' }))).toEqual([
    'Cannot read "package_facts": "manager" is wrong: it is "rpm"; auto or apt is wanted',
  ]);
});

const UNITS = `  UNIT                 LOAD      ACTIVE   SUB     DESCRIPTION
  cron.service         loaded    active   running Regular background program processing daemon
● nfs.service          not-found inactive dead    nfs.service
● broken.service       loaded    failed   failed  A thing that failed
  once.service         loaded    active   exited  Runs once, and may have failed before
  getty@tty1.service   loaded    active   running Getty on tty1

LOAD   = Reflects whether the unit definition was properly loaded.
5 loaded units listed.`;
const FILES = `UNIT FILE            STATE    PRESET
cron.service         enabled  enabled
broken.service       enabled  enabled
once.service         static   -
idle.service         disabled enabled
getty@.service       enabled  enabled

5 unit files listed.`;

test('service_facts has units, files of units and scripts', async () => {
  const tells = {
    'service --status-all': [0, ' [ + ]  cron\n [ - ]  rsync\n [ ? ]  odd'],
    'systemctl list-units --no-pager --type service --all': [0, UNITS],
    'systemctl list-unit-files --no-pager --type service --all': [0, FILES],
  } as const;
  const asked: unknown[] = [];
  const done = await runOn(
    { tells },
    serviceFacts,
    {},
    {
      read: (_, options) => {
        asked.push(options?.stdin);
        return Promise.resolve(
          ok({ exit: 0, stdout: Buffer.from('ActiveState=inactive\n'), stderr: Buffer.alloc(0) }),
        );
      },
    },
  );
  expect(asked).toEqual(['idle.service\0']);
  const unit = (name: string, state: string, status: string) => ({ name, state, status, source: 'systemd' });
  expect(done.gathered).toEqual({
    services: {
      cron: { name: 'cron', state: 'running', source: 'sysv' },
      rsync: { name: 'rsync', state: 'stopped', source: 'sysv' },
      'cron.service': unit('cron.service', 'running', 'enabled'),
      'nfs.service': unit('nfs.service', 'stopped', 'not-found'),
      'broken.service': unit('broken.service', 'stopped', 'failed'),
      'once.service': unit('once.service', 'stopped', 'static'),
      'getty@tty1.service': unit('getty@tty1.service', 'running', 'active'),
      'idle.service': unit('idle.service', 'inactive', 'disabled'),
      'getty@.service': unit('getty@.service', 'unknown', 'enabled'),
    },
  });
});

test('service_facts is skipped where there are none', async () => {
  expect(await runOn({}, serviceFacts, {})).toMatchObject({
    outcome: 'skipped',
    result: { msg: expect.stringContaining('Failed to find any services') as string },
  });
});

test('setup gives the facts that its filter lets through', async () => {
  const facts = { ansible_kernel: '6.8', ansible_fqdn: 'pve1.example', ansible_vmbr0: { active: true } };
  const gather = () => Promise.resolve(facts);
  expect((await runOn({}, setup, { gather_subset: ['!all', 'min'] }, { gather })).gathered).toEqual(facts);
  expect((await runOn({}, setup, { filter: 'ansible_f*,kernel' }, { gather })).result).toEqual({
    ansible_facts: { ansible_kernel: '6.8', ansible_fqdn: 'pve1.example' },
  });
});
