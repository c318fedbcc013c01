import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateCluster } from '../../lab/src/cluster.ts';
import { pveCommands } from '../../lab/src/pve/commands.ts';
import { ROOT_ENV } from '../../lab/src/shell/run.ts';
import { createShell } from '../../lab/src/shell/shell.ts';
import { actArgv, stepInput } from '../../src/apply/step-script.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { predict } from '../../src/plan/predict.ts';
import { decodeGuestConfig, pendingOptions } from '../../src/pve/guest-config.ts';
import { isUnknown } from '../../src/snapshot/snapshot.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import { shJoin } from '../../src/text/sh-quote.ts';
import { labSurvey } from '../lab-snapshot.ts';
import { commandLines } from '../modules/case.ts';
import { guestSpec } from './guest-spec.ts';

type Kind = 'vm' | 'container';
type Args = Readonly<Record<string, unknown>>;

const SALT = 'salt';
const paths = {
  vm: '/etc/pve/nodes/pve1/qemu-server/100.conf',
  container: '/etc/pve/nodes/pve1/lxc/100.conf',
};
const MORE_STORAGES = `
dir: other
\tpath /mnt/other
\tcontent images

lvmthin: only1
\tthinpool only1
\tvgname pve
\tcontent images,rootdir
`;
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** A node of the lab, time passing only while it waits; with the media that the specs name. */
function labNode() {
  let now = 1_795_457_000;
  const [node] = simulateCluster({
    nodes: [{ name: 'pve1', ip: '10.0.0.1' }],
    seed: 1,
    clock: () => Math.floor(now),
    sleep: async (seconds) => {
      now += seconds;
      await Promise.resolve();
    },
  }).nodes;
  if (node === undefined) throw new Error('no node');
  const { files } = node.machine;
  for (const path of ['iso/debian.iso', 'cache/x.tar.zst'])
    node.machine.volumes.set(`/var/lib/vz/template/${path}`, 1024);
  files.write('/var/lib/vz/snippets/u.yml', '#cloud-config\n');
  const storages = files.read('/etc/pve/storage.cfg') ?? '';
  files.write('/etc/pve/storage.cfg', storages + MORE_STORAGES);
  const shell = createShell(node, pveCommands);
  return {
    read: (path: string) => files.read(path),
    run: (command: string, stdin: string) =>
      shell({
        command,
        stdin: Buffer.from(stdin),
        env: { ...ROOT_ENV, LC_ALL: 'C.UTF-8' },
        signal: new AbortController().signal,
      }),
  };
}

/** What the probe would make of the node's config: the password's hash in its place. */
function surveyOf(kind: Kind, text: string | undefined, storages: string, runs: boolean): Survey {
  const blanked = text?.replace(
    /^cipassword: (?<value>.*)$/mu,
    (_, value: string) =>
      `cipassword: <secret:${sha1(SALT + value)}${/^\$5\$[^$]*\$/u.exec(value)?.[0].replace(/^/u, ':') ?? ''}>`,
  );
  const survey = labSurvey({
    cluster: 'pve1',
    files: { '/etc/pve/storage.cfg': storages, ...(blanked !== undefined && { [paths[kind]]: blanked }) },
    live: runs ? [100] : [],
  });
  return { ...survey, clusters: survey.clusters.map((each) => ({ ...each, secretSalt: SALT })) };
}

/** The options of a spec that wait for a restart in a config; with Windows PVE may let its machine's version wait, too, named or not. */
function waiting(kind: Kind, text: string, args: Args): readonly string[] {
  const { set, remove } = pendingOptions(decodeGuestConfig(kind, text));
  const pins = typeof args['ostype'] === 'string' && args['ostype'].startsWith('w');
  const named = (option: string): boolean => Object.hasOwn(args, option) && !(pins && option === 'machine');
  return [
    ...Object.keys(set).filter(named),
    ...remove.filter(named).map((option) => `no ${option}`),
  ].toSorted();
}

test.each<Kind>(['vm', 'container'])(
  'law 2 in the lab: a %s is as declared, and what waits is what was said',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        guestSpec(kind, 'new'),
        guestSpec(kind, 'change'),
        fc.boolean(),
        async (first, second, runs) => {
          const node = labNode();
          const storages = node.read('/etc/pve/storage.cfg') ?? '';
          let power = false;
          const settle = async (args: Args): Promise<boolean> => {
            const survey = surveyOf(kind, node.read(paths[kind]), storages, power);
            const specs = [{ kind, args, positions: {}, declaredBy: 'law' }];
            const planned = makePlan(survey, specs, { allowDestroy: false });
            expect(
              planned.refusals.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)),
            ).toEqual([]);
            for (const step of planned.plans.flatMap(({ changes }) =>
              changes.flatMap(({ steps }) => steps),
            )) {
              const argv = actArgv(step.act).flatMap((argument) =>
                typeof argument === 'string'
                  ? [argument]
                  : 'digest' in argument
                    ? [sha1(node.read(argument.digest) ?? '')]
                    : [],
              );
              const ran = await node.run(shJoin(argv), stepInput(step.act, planned.secrets) ?? '');
              // Whether it can run is the node's matter: no more CPUs than that has.
              if (ran.exit !== 0 && argv[1] === 'start') return false;
              expect([argv.join(' '), ran.exit, ran.exit === 0 ? '' : ran.stderr.toString()]).toEqual([
                argv.join(' '),
                0,
                '',
              ]);
              for (const effect of step.effects)
                if (effect.brings === 'power') power = effect.is === 'running';
            }
            const after = node.read(paths[kind]) ?? '';
            const again = makePlan(surveyOf(kind, after, storages, power), specs, { allowDestroy: false });
            expect(commandLines(again.plans)).toEqual([]);
            const files = predict(survey, planned.plans).clusters[0]?.files;
            const predicted = files === undefined || isUnknown(files) ? '' : (files[paths[kind]] ?? '');
            expect(waiting(kind, after, args)).toEqual(waiting(kind, predicted, args));
            return true;
          };
          if (await settle({ ...first, state: runs ? 'running' : 'stopped' })) await settle(second);
        },
      ),
      { numRuns: 6 },
    );
  },
);
