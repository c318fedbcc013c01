import { fail, ok } from '../diagnostic.ts';
import type { Result } from '../diagnostic.ts';
import type { AptPackage } from '../pve/apt-simulation.ts';
import { parseAptSimulation } from '../pve/apt-simulation.ts';
import type { ActionContext, ActionResult } from './action.ts';
import type { Facts, HostRead } from './host/facts.ts';
import { endOf } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { flag, integer, preset, plainText } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import type { RebootNeed } from './host/reboot-need.ts';
import { rebootNeed, rebootReads } from './host/reboot-need.ts';
import { failed, taskFailed } from './host/task-failed.ts';

const parameters = {
  update_cache: preset(flag('Read the lists of packages anew first.'), true),
  autoremove: preset(flag('Remove what nothing needs any more.'), false),
  dpkg_options: preset(plainText("dpkg's options, without their dashes."), 'force-confdef,force-confold'),
  lock_timeout: preset(integer('Seconds to wait for another apt to end.'), 300),
  timeout: preset(integer('Seconds that it may take.'), 7200),
};

type UpgradeValues = Values<typeof parameters>;

/** By itself it counts a repository that did not answer as a mere warning. */
const UPDATE = ['update', '-o', 'APT::Update::Error-Mode=any'];

const table = { name: 'upgrade', parameters, notYet: [] };

/** Without it the node is no Proxmox VE any more: its removal means that the repositories are wrong. */
const KEPT = 'proxmox-ve';

/** All packages of a node, as Proxmox VE wants it: by dist-upgrade, which outlives the connection. */
export const upgrade = tableAction({
  ...table,
  help: 'Upgrades all packages by apt-get dist-upgrade, as Proxmox VE wants it, and tells whether the node needs a reboot.',
  changes: true,
  run,
});

async function run(values: UpgradeValues, context: ActionContext): Promise<ActionResult> {
  const allowed = await context.mayChange();
  if (!allowed.ok) return failed(...allowed.diagnostics);
  if (values.update_cache && !context.check) {
    const updated = await context.perform(
      { run: 'exec', argv: aptGet(values, UPDATE) },
      { title: 'apt-get update' },
    );
    if (!updated.ok) return failed(...updated.diagnostics);
    if (updated.value.exit !== 0)
      return failed(taskFailed(context, `Cannot read the lists of packages anew: ${endOf(updated.value)}`));
  }
  const before = await look(context);
  if (!before.ok) return failed(...before.diagnostics);
  const { packages, remove } = before.value;
  if (remove.includes(KEPT))
    return failed(
      taskFailed(
        context,
        `Cannot upgrade ${context.node}: it would remove ${KEPT}, and Proxmox VE with it; repositories of one release are wanted`,
      ),
    );
  const isChange = packages.length + remove.length > 0;
  if (!isChange || context.check) return resultOf(isChange, before.value, before.value, context.check);
  const words = ['dist-upgrade', ...(values.autoremove ? ['--auto-remove'] : [])];
  const done = await context.perform(
    { run: 'exec', argv: aptGet(values, words) },
    { title: `apt-get ${words.join(' ')}`, longSeconds: values.timeout },
  );
  if (!done.ok) return failed(...done.diagnostics);
  if (done.value.exit !== 0)
    return failed(taskFailed(context, `Cannot upgrade ${context.node}: ${endOf(done.value)}`));
  const after = await look(context);
  if (!after.ok) return failed(...after.diagnostics);
  const left = after.value.packages.map(({ name }) => name);
  if (left.length > 0)
    return failed(
      taskFailed(
        context,
        `Cannot upgrade ${context.node}: apt-get ended well, and left ${left.join(', ')} as they were`,
      ),
    );
  return resultOf(true, before.value, after.value, false);
}

interface Looked {
  readonly packages: readonly AptPackage[];
  readonly remove: readonly string[];
  readonly need: RebootNeed;
}

const SIMULATED = ['apt-get', '-s', '-o', 'Debug::NoLocking=true', 'dist-upgrade'];
const reads: readonly HostRead[] = [{ read: 'output', argv: SIMULATED, timeoutSeconds: 300 }, ...rebootReads];

async function look(context: ActionContext): Promise<Result<Looked>> {
  const facts = await context.look(reads, 'now');
  return facts.ok ? lookedAt(facts.value, context) : facts;
}

function lookedAt(facts: Facts, context: ActionContext): Result<Looked> {
  const { exit, text } = facts.output(SIMULATED);
  if (exit !== 0)
    return fail(
      taskFailed(
        context,
        `Cannot upgrade ${context.node}: apt-get finds no way to (exit code ${exit}); it said: ${text.trim()}`,
      ),
    );
  const { install, remove } = parseAptSimulation(text);
  return ok({ packages: install, remove, need: rebootNeed(facts) });
}

/** `needed`: there is something to upgrade, or a reboot is due. In check mode what an upgrade brings is not known yet. */
function resultOf(
  isChange: boolean,
  { packages, remove }: Looked,
  { need }: Looked,
  isCheck: boolean,
): ActionResult {
  const mayReboot = packages.some(({ name }) => /^(?:proxmox|pve)-kernel-/u.test(name));
  const reboot =
    need.why !== undefined
      ? `needs a reboot: ${need.why}`
      : isCheck && mayReboot
        ? 'needs a reboot after it: a kernel is among them'
        : 'needs no reboot';
  const counted = packages.length === 1 ? '1 package' : `${packages.length} packages`;
  const gone = remove.length === 0 ? '' : `, ${remove.length} removed (${remove.join(', ')})`;
  const listed = packages.map(
    ({ name, from, to }) => `\n  ${name} ${from === undefined ? `${to} (new)` : `${from} -> ${to}`}`,
  );
  const upgraded = isCheck ? `check mode: would upgrade ${counted}` : `${counted} upgraded`;
  return {
    outcome: isChange ? 'changed' : 'ok',
    message: isChange
      ? `${upgraded}${gone}; it ${reboot}${isCheck ? listed.join('') : ''}`
      : `nothing to upgrade; it ${reboot}`,
    result: {
      packages: packages.map(({ name }) => name),
      removed: remove,
      reboot_needed: need.why !== undefined || (isCheck && mayReboot),
      kernel: { running: need.running, next: need.next },
      needed: isChange || need.why !== undefined,
    },
    diagnostics: [],
  };
}

/** apt-get that asks nothing, keeps changed configuration files, and waits for another one. */
function aptGet(
  { dpkg_options: options, lock_timeout: seconds }: UpgradeValues,
  words: readonly string[],
): readonly string[] {
  const dpkg = options.split(',').flatMap((one) => (one === '' ? [] : ['-o', `Dpkg::Options::=--${one}`]));
  return [
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-y',
    ...words,
    ...(words === UPDATE ? [] : dpkg),
    '-o',
    `DPkg::Lock::Timeout=${seconds}`,
  ];
}
