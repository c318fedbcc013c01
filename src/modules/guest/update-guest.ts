import type { Diagnostic, Result } from '../../diagnostic.ts';
import { ok } from '../../diagnostic.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { pveMajor } from '../../snapshot/pve-major.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Draft, PlanOptions, Wanted } from '../module.ts';
import { checkAttach } from './attach-disk.ts';
import { checkBootOrder } from './check-boot.ts';
import { checkDisk } from './check-disk.ts';
import { checkLost } from './check-lost.ts';
import { checkMac } from './check-mac.ts';
import { checkMove } from './check-move.ts';
import { checkDestroy } from './leave-disk.ts';
import { checkChanged } from './check-together.ts';
import { checkNode, refusal } from './check-place.ts';
import { callRefusals } from './call-refusals.ts';
import { checkMapping } from './check-mapping.ts';
import { checkNetwork } from './check-network.ts';
import { withImages } from './cloud-image.ts';
import type { GuestKind } from './guest-kind.ts';
import { lockRefusals, powerRefusals, shutdownSeconds } from './guest-refusals.ts';
import type { Target } from './power-step.ts';
import { titleOf } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { namedSecrets } from './secret-step.ts';
import { secretWarnings } from './secret-warnings.ts';
import { setCall } from './set-step.ts';
import { checkSnippets } from './snippets.ts';
import { updateDifferences } from './update-differences.ts';
import { updateRisks } from './update-risks.ts';
import { planSets, stopsFirst, updateSteps } from './update-steps.ts';
import type { Wish } from './wish.ts';
import { wishesOf } from './wish.ts';

/** Brings a guest that exists to its spec; what is refused is all told at once. */
export function updateGuest(
  kind: GuestKind,
  spec: Wanted,
  guest: Guest,
  snapshot: Snapshot,
  options: PlanOptions,
): Result<Draft> {
  const { wanted, images, refused: noImages } = withImages(kind, spec, snapshot, guest.node, guest.effective);
  const wishes = wishesOf(kind, wanted, guest, snapshot, options);
  const notAsked = snapshot.copied === true && isUnknown(guest.power) ? guest.power.unknown : undefined;
  const power = notAsked === undefined ? powerChange(wanted, guest) : undefined;
  const found = updateDifferences(kind, wishes, power, wanted, guest);
  const waits = found.some(({ effect }) => effect === 'restart');
  const cold = stopsFirst({ kind, wishes, guest });
  const restarts =
    (waits || cold) &&
    wanted.words['restart'] === 'if-needed' &&
    guest.power === 'running' &&
    power === undefined;
  const title = titleOf(kind, guest.vmid, guest.effective[kind.nameOption]);
  const draft = {
    title,
    node: guest.node,
    risks: [
      ...updateRisks(kind, wishes, found, guest, snapshot, restarts ? title : undefined),
      ...(guest.service !== undefined && kind.kind === 'vm' && (restarts || power === 'stopped')
        ? [`HA stops it hard after ${shutdownSeconds(wanted)} s`]
        : []),
    ],
    digests: digestOf(snapshot, guest),
  };
  const warnings = [
    ...(wanted.node !== undefined && wanted.node !== guest.node ? [misplaced(wanted, guest)] : []),
    ...(notAsked !== undefined && wanted.state !== 'present' ? [powerNotPlanned(wanted, notAsked)] : []),
    ...wishes.flatMap((wish) => secretWarnings(kind, wanted, wish)),
  ];
  const stops = power === 'stopped' || (cold && restarts);
  const refusedWishes = wishes.flatMap((wish) => [
    ...refuseWish(kind, wish, wanted, snapshot, guest),
    ...checkLost(kind, wanted, snapshot, guest, wish),
    ...checkMove(kind, wanted, snapshot, guest, wish, { ...options, stops }),
    ...checkAttach(kind, wanted, guest, wish, wishes),
    ...checkDestroy(kind, wanted, guest, wish, wishes, options),
  ]);
  const noSnippets = checkSnippets(wanted, snapshot, guest.node, guest.effective);
  const refused = noImages.length > 0 ? noImages : [...refusedWishes, ...noSnippets];
  if (found.length === 0 && power === undefined && refused.length === 0)
    return ok({ ...draft, differences: [], steps: [] }, warnings);
  const target: Target = {
    kind,
    vmid: guest.vmid,
    node: guest.node,
    cluster: snapshot.cluster,
    path: guest.path,
  };
  const sets = planSets(kind, wishes, guest);
  const notReached = checkNode(wanted, snapshot, guest.node);
  const diagnostics: Diagnostic[] = [
    ...notReached,
    ...refused,
    ...checkBootOrder(kind, wanted, guest.effective, wishes),
    ...checkChanged(
      kind,
      wanted,
      guest.effective,
      wishes.flatMap(({ disk }) => disk.change ?? []),
    ),
    ...lockRefusals(wanted, guest),
    ...((power === undefined && !restarts) || notReached.length > 0 ? [] : powerRefusals(wanted, guest)),
  ];
  if (diagnostics.length === 0) {
    const major = pveMajor(snapshot, guest.node);
    for (const changes of sets)
      diagnostics.push(...callRefusals(kind, wanted, setCall(target, changes), major));
  }
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const steps = updateSteps(target, { wanted, images, wishes, sets, guest, snapshot, power, restarts });
  const secrets = namedSecrets(wanted);
  const guesses = notAsked !== undefined && waits ? [mayNotRun(wanted, notAsked)] : [];
  return ok({ ...draft, differences: found, steps, secrets }, [...warnings, ...guesses]);
}

/** The power that is wanted and is not there. Unknown power is never taken for stopped; refused in powerRefusals. */
function powerChange(wanted: Wanted, guest: Guest): 'running' | 'stopped' | undefined {
  if (wanted.state !== 'running' && wanted.state !== 'stopped') return undefined;
  return guest.power === wanted.state ? undefined : wanted.state;
}

function refuseWish(
  kind: GuestKind,
  { option, row, wanted: wish, disk }: Wish,
  wanted: Wanted,
  snapshot: Snapshot,
  guest: Guest,
): readonly Diagnostic[] {
  const refused = [...checkDisk(kind, wanted, snapshot, guest.node, option, disk)];
  if (disk.change === undefined) return refused;
  if (row.shape === 'disk' && isProtected(guest) && (kind.protects === 'changes of disks' || wish === null))
    refused.push(
      refusal(
        wanted,
        [option],
        'guest/protected',
        `${option} is a disk, and protection: 1 forbids ${kind.protects}`,
        'Declare "protection: no" and apply that first.',
      ),
    );
  if (row.fixed === true) {
    refused.push(
      refusal(
        wanted,
        [option],
        'guest/fixed',
        `${option} is ${guest.effective[option] ?? 'not set'}, and can't be changed once a ${kind.label} is made`,
        `Declare what it is, or make another ${kind.label}.`,
      ),
    );
  }
  return [
    ...refused,
    ...checkNetwork(wanted, snapshot, guest.node, option, wish),
    ...checkMapping(wanted, snapshot, guest.node, option, wish),
    ...checkMac(kind, wanted, snapshot, option, wish),
  ];
}

const isProtected = ({ active }: Guest): boolean => /^(?:1|on|yes|true)$/iu.test(active['protection'] ?? '');

function digestOf(snapshot: Snapshot, guest: Guest): Readonly<Record<string, string>> {
  const digest = snapshot.digests[guest.path];
  return digest === undefined ? {} : { [guest.path]: digest };
}

function powerNotPlanned(wanted: Wanted, why: string): Diagnostic {
  const found = refusal(
    wanted,
    ['state'],
    'guest/power-not-planned',
    `whether it runs is not known, as ${why}; its power is left out of the plan`,
  );
  return { ...found, severity: 'warning' };
}

function mayNotRun(wanted: Wanted, why: string): Diagnostic {
  const found = refusal(
    wanted,
    [],
    'guest/power-unknown',
    `whether it runs is not known, as ${why}; "after a restart" holds if it does`,
  );
  return { ...found, severity: 'warning' };
}

function misplaced(wanted: Wanted, guest: Guest): Diagnostic {
  const found = refusal(
    wanted,
    ['node'],
    'guest/misplaced',
    `it is on ${guest.node}, and the spec names ${wanted.node}; it is left where it is`,
    `To move it: pvefleet migrate ${guest.vmid} --target ${wanted.node}`,
  );
  return { ...found, severity: 'warning' };
}
