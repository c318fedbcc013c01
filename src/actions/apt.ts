import { debReads, decideDeb } from './host/deb-file.ts';
import type { Facts, HostRead, PackageFacts } from './host/facts.ts';
import type { Decision, HostAct, Stage } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, integer, list, optional, preset, plainText } from './host/parameters.ts';

const parameters = {
  name: preset(
    list('Packages; "name=version" pins one, "*" in the version stands for anything.', ['package', 'pkg']),
    [],
  ),
  state: preset(choice(['present', 'latest', 'absent'], 'What they are to be.'), 'present'),
  update_cache: preset(flag('Read the lists of packages anew first.', ['update-cache']), false),
  cache_valid_time: preset(
    integer('Seconds that the lists stay good; they are read anew only when they are older.'),
    0,
  ),
  upgrade: preset(
    choice(['no', 'yes', 'safe', 'full', 'dist'], 'Upgrade all packages; a Proxmox VE node wants dist.'),
    'no',
  ),
  purge: preset(flag('Remove their configuration too.'), false),
  autoremove: preset(flag('Remove what nothing needs any more.'), false),
  autoclean: preset(flag('Remove old archives from the cache.'), false),
  install_recommends: optional(flag('Install what they recommend.', ['install-recommends'])),
  default_release: optional(plainText('The release that they are taken from.', ['default-release'])),
  only_upgrade: preset(flag('Only what is installed.'), false),
  allow_downgrade: preset(
    flag('Let an older version come.', ['allow-downgrade', 'allow_downgrades', 'allow-downgrades']),
    false,
  ),
  fail_on_autoremove: preset(flag('Refuse what would remove other packages.'), false),
  dpkg_options: preset(plainText("dpkg's options, without their dashes."), 'force-confdef,force-confold'),
  allow_unauthenticated: preset(
    flag('Take packages that nobody has signed.', ['allow-unauthenticated']),
    false,
  ),
  allow_change_held_packages: preset(flag('Change packages that are held, too.'), false),
  deb: optional(plainText('A package file of the node, or a URL that the node fetches.')),
  clean: preset(flag('Remove all archives from the cache; counts as no change.'), false),
  force_apt_get: preset(flag('Taken; apt-get it is anyway.', ['force-apt-get']), false),
  lock_timeout: preset(integer('Seconds to wait for another apt to end.'), 60),
};

type AptValues = Values<typeof parameters>;

const STAMP = '/var/lib/apt/periodic/update-success-stamp';
const LISTS = '/var/lib/apt/lists';

/** What apt-get says when it found nothing to do. */
const NOTHING = /^0 upgraded, 0 newly installed, (?:0 downgraded, )?0 to remove/mu;

/** Debian packages, as Ansible's module; with apt-get. */
export const apt = plainHostTask({
  name: 'apt',
  help: 'Debian packages: installed, newest, or removed; upgrades.',
  parameters,
  notYet: ['force', 'policy_rc_d', 'update_cache_retries', 'update_cache_retry_max_delay'],
  changes: true,
  check: ({ name, upgrade, deb }) => [
    ...(deb !== undefined && (name.length > 0 || upgrade !== 'no')
      ? [{ argument: 'deb', what: 'it has "deb" and "name" or "upgrade"; one of them is wanted' }]
      : []),
    ...(deb === undefined || /^(?:\/|~|https?:\/\/|ftp:\/\/)/u.test(deb)
      ? []
      : [
          {
            argument: 'deb',
            what: `"deb" is wrong: it is "${deb}"; an absolute path of the node or a URL is wanted`,
          },
        ]),
    ...(name.length > 0 && upgrade !== 'no'
      ? [{ argument: 'upgrade', what: 'it has both "name" and "upgrade"; one of them is wanted' }]
      : []),
    ...name.flatMap((one) =>
      /^[a-z0-9][a-z0-9.+:-]*(?:=[\w.+:~*-]+)?$/u.test(one)
        ? []
        : [
            {
              argument: 'name',
              what: `"${one}" is no name of a package; a name as in "htop" or "htop=3.3.0-4" is wanted`,
            },
          ],
    ),
  ],
  reads: ({ name, state, upgrade, autoremove, deb }): readonly HostRead[] => [
    ...(deb === undefined ? [] : debReads(deb)),
    { read: 'path', path: STAMP },
    { read: 'path', path: LISTS },
    ...name.map((one) => {
      const candidate = ({ present: 'missing', latest: 'always', absent: 'never' } as const)[state];
      return { read: 'package', name: splitName(one)[0], candidate } as const;
    }),
    ...(upgrade === 'no' ? [] : [{ read: 'upgrades', how: upgradeWord(upgrade) } as const]),
    ...(autoremove && name.length === 0 && upgrade === 'no'
      ? [{ read: 'upgrades', how: 'autoremove' } as const]
      : []),
  ],
  decide,
});

function decide(values: AptValues, facts: Facts, _: undefined, stage: Stage): Decision {
  const { name, upgrade } = values;
  if (stage === 'fresh' && isStale(values, facts)) {
    const counts = name.length === 0 && upgrade === 'no';
    return { is: 'to prepare', acts: [aptGet(values, ['update'])], counts };
  }
  if (upgrade !== 'no') return decideUpgrade(values, facts);
  if (values.deb !== undefined)
    return decideDeb(
      values.deb,
      values.allow_downgrade,
      aptGet(values, ['install', ...installWords(values)]),
      facts,
    );
  if (name.length > 0) return decidePackages(values, facts);
  const leftovers = values.autoremove ? facts.upgrades('autoremove') : [];
  const acts = [
    ...(leftovers.length === 0 ? [] : [aptGet(values, ['autoremove', ...purge(values)])]),
    ...(values.clean ? [{ ...aptGet(values, ['clean']), unchangedIf: /^/u }] : []),
    ...(values.autoclean ? [{ ...aptGet(values, ['autoclean']), unchangedIf: /^(?![\s\S]*^Del )/mu }] : []),
  ];
  return acts.length === 0 ? { is: 'as wanted' } : { is: 'change', acts };
}

/** Whether the lists of packages are to be read anew: asked for, and older than they may be. */
function isStale({ update_cache: isAsked, cache_valid_time: seconds }: AptValues, facts: Facts): boolean {
  if (!isAsked && seconds === 0) return false;
  const read = facts.path(STAMP).followed?.modified ?? facts.path(LISTS).followed?.modified ?? 0;
  return facts.now >= read + seconds;
}

const upgradeWord = (upgrade: AptValues['upgrade']): 'upgrade' | 'dist-upgrade' =>
  upgrade === 'full' || upgrade === 'dist' ? 'dist-upgrade' : 'upgrade';

function decideUpgrade(values: AptValues, facts: Facts): Decision {
  const word = upgradeWord(values.upgrade);
  const packages = facts.upgrades(word);
  if (packages.length === 0) return { is: 'as wanted' };
  const words = [word, ...(word === 'upgrade' ? ['--with-new-pkgs'] : []), ...autoremove(values)];
  return { is: 'change', acts: [aptGet(values, words)], result: { packages } };
}

function decidePackages(values: AptValues, facts: Facts): Decision {
  const wanted = values.name.filter((one) => {
    const [name, version] = splitName(one);
    return differs(values, facts.package(name), version);
  });
  if (values.state === 'absent') {
    const names = wanted.map((one) => splitName(one)[0]);
    return wanted.length === 0
      ? { is: 'as wanted' }
      : {
          is: 'change',
          acts: [aptGet(values, ['remove', ...purge(values), ...autoremove(values), ...names])],
        };
  }
  const unknown = values.name.find((one) => {
    const { candidate, version } = facts.package(splitName(one)[0]);
    return candidate === undefined && version === undefined;
  });
  if (unknown !== undefined)
    return {
      is: 'refused',
      why: `Cannot install ${unknown}: apt knows no such package; a name from its sources is wanted, or update_cache: yes`,
    };
  if (wanted.length === 0) return { is: 'as wanted' };
  return { is: 'change', acts: [aptGet(values, ['install', ...installWords(values), ...wanted])] };
}

const splitName = (one: string): readonly [name: string, version?: string] => {
  const equals = one.indexOf('=');
  return equals < 0 ? [one] : [one.slice(0, equals), one.slice(equals + 1)];
};

function differs(values: AptValues, now: PackageFacts, version: string | undefined): boolean {
  if (values.state === 'absent') return now.version !== undefined || (values.purge && now.configurationOnly);
  if (now.version === undefined) return !values.only_upgrade;
  if (version !== undefined) return !fitsVersion(now.version, version);
  return values.state === 'latest' && now.candidate !== undefined && now.candidate !== now.version;
}

function fitsVersion(version: string, wanted: string): boolean {
  const parts = wanted.split('*').map((part) => part.replaceAll(/[.+]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(version);
}

const purge = (values: AptValues): readonly string[] => (values.purge ? ['--purge'] : []);
const autoremove = (values: AptValues): readonly string[] => (values.autoremove ? ['--auto-remove'] : []);

function installWords(values: AptValues): readonly string[] {
  const { install_recommends: recommends, default_release: release } = values;
  return [
    ...(recommends === undefined ? [] : [recommends ? '--install-recommends' : '--no-install-recommends']),
    ...(release === undefined ? [] : ['-t', release]),
    ...(values.only_upgrade ? ['--only-upgrade'] : []),
    ...(values.allow_downgrade ? ['--allow-downgrades'] : []),
    ...(values.allow_unauthenticated ? ['--allow-unauthenticated'] : []),
    ...(values.allow_change_held_packages ? ['--allow-change-held-packages'] : []),
    ...(values.fail_on_autoremove ? ['--no-remove'] : []),
    ...autoremove(values),
  ];
}

/** apt-get that asks nothing, keeps changed configuration files, and waits for another one. */
function aptGet(
  { dpkg_options: options, lock_timeout: seconds }: AptValues,
  words: readonly string[],
): HostAct {
  const dpkg = options
    .split(',')
    .filter((one) => one !== '')
    .flatMap((one) => ['-o', `Dpkg::Options::=--${one}`]);
  return {
    argv: [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'APT_LISTCHANGES_FRONTEND=none',
      'apt-get',
      '-y',
      ...dpkg,
      '-o',
      `DPkg::Lock::Timeout=${seconds}`,
      ...words,
    ],
    title: `run apt-get ${words.join(' ')}`,
    unchangedIf: NOTHING,
  };
}
