/** The keys that PVE takes in a container's config for LXC (LXC/Config.pm is_valid_lxc_conf_key). */
const known: ReadonlySet<string> = new Set(
  `apparmor.profile apparmor.allow_incomplete apparmor.allow_nesting apparmor.raw selinux.context include arch uts.name
signal.halt signal.reboot signal.stop init.cmd init.cwd init.uid init.gid init.groups pty.max console.logfile
console.path tty.max devtty.dir hook.autodev autodev kmsg mount.fstab mount.entry mount.auto rootfs.mount cap.drop
cap.keep seccomp.profile seccomp.notify.proxy seccomp.notify.cookie idmap hook.pre-start hook.pre-mount hook.mount
hook.start hook.stop hook.post-stop hook.clone hook.destroy hook.version log.level log.file start.auto start.delay
start.order group environment environment.runtime environment.hooks sysctl.fs.mqueue sysctl.kernel.msgmax
sysctl.kernel.msgmnb sysctl.kernel.msgmni sysctl.kernel.sem sysctl.kernel.shmall sysctl.kernel.shmmax
sysctl.kernel.shmmni sysctl.kernel.shm_rmid_forced`
    .split(/\s+/u)
    .map((name) => `lxc.${name}`),
);

/** Names of before LXC 3, which PVE still takes, each with what it is called now. */
const renamed: Readonly<Record<string, string>> = {
  'lxc.aa_profile': 'lxc.apparmor.profile',
  'lxc.aa_allow_incomplete': 'lxc.apparmor.allow_incomplete',
  'lxc.console': 'lxc.console.path',
  'lxc.devttydir': 'lxc.tty.dir',
  'lxc.haltsignal': 'lxc.signal.halt',
  'lxc.rebootsignal': 'lxc.signal.reboot',
  'lxc.stopsignal': 'lxc.signal.stop',
  'lxc.id_map': 'lxc.idmap',
  'lxc.init_cmd': 'lxc.init.cmd',
  'lxc.loglevel': 'lxc.log.level',
  'lxc.logfile': 'lxc.log.file',
  'lxc.mount': 'lxc.mount.fstab',
  'lxc.pts': 'lxc.pty.max',
  'lxc.se_context': 'lxc.selinux.context',
  'lxc.seccomp': 'lxc.seccomp.profile',
  'lxc.tty': 'lxc.tty.max',
  'lxc.utsname': 'lxc.uts.name',
};

/** What PVE complains of in such a key, "<what is>; <what is wanted>"; undefined when it takes it. */
export function rawKeyProblem(key: string): string | undefined {
  if (known.has(key) || /^lxc\.(?:cgroup2|prlimit|net)\./u.test(key)) return undefined;
  const now = newName(key);
  if (now !== undefined) return `"${key}" is an old name; "${now}" is wanted`;
  if (/^lxc\.rootfs\.(?:path|options)$/u.test(key)) return `"${key}" is passed over; "rootfs" is wanted`;
  return `"${key}" is no key that PVE takes for LXC; it passes it over`;
}

function newName(key: string): string | undefined {
  if (Object.hasOwn(renamed, key)) return renamed[key];
  return (
    renamedPart(key, 'lxc.limit.', 'lxc.prlimit.') ??
    renamedPart(key, 'lxc.cgroup.', 'lxc.cgroup2.') ??
    renamedPart(key, 'lxc.network.', 'lxc.net.INDEX.')
  );
}

const renamedPart = (key: string, old: string, now: string): string | undefined =>
  key.startsWith(old) ? `${now}${key.slice(old.length)}` : undefined;
