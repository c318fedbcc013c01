import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { positionsUnder } from '../../src/diagnostic.ts';
import type { Diagnostic } from '../../src/diagnostic.ts';
import { actArgv } from '../../src/apply/step-script.ts';
import { secretHash } from '../../src/plan/known-secrets.ts';
import type { KnownSecrets } from '../../src/plan/known-secrets.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { showCommand } from '../../src/pve/render-call.ts';
import type { Survey } from '../../src/snapshot/survey.ts';
import type { Spec } from '../../src/spec.ts';
import { parseYaml } from '../../src/text/parse-yaml.ts';
import { labSurvey } from '../lab-snapshot.ts';

const CASE_KEY = 'c0ffee'.repeat(10);

/** A case file: what is there, what is declared, and the whole of what must come out. */
const caseSchema = z.strictObject({
  about: z.string(),
  before: z.record(z.string(), z.string().nullable()).default({}),
  live: z.array(z.number()).default([]),
  bridges: z.array(z.string()).default(['vmbr0']),
  unknown: z.record(z.string(), z.string()).default({}),
  allowDestroy: z.boolean().default(false),
  rotateSecrets: z.boolean().default(false),
  /** Secrets that earlier runs have set, by their names in plans. */
  lastSet: z.record(z.string(), z.string()).default({}),
  quorate: z.boolean().default(true),
  pve: z.string().optional(),
  spec: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** "*part*": a part of a command. */
  commands: z.array(z.string()).default([]),
  /** The same is planned again and again: secrets that are set anew, acts that are done each time. */
  repeats: z.boolean().default(false),
  /** "code line:column message"; a message in asterisks is a part of it. */
  refused: z.array(z.string()).default([]),
  warnings: z.array(z.string()).default([]),
  risks: z.array(z.string()).default([]),
  restart: z.array(z.string()).default([]),
  /** Files after, as predict() writes them. */
  after: z.record(z.string(), z.string().nullable()).default({}),
  running: z.array(z.number()).optional(),
  /** What the first step has left in truth: the files as read again; what of its effects is missing, what takes the rest back. */
  left: z
    .strictObject({
      files: z.record(z.string(), z.string().nullable()),
      missing: z.array(z.string()),
      takesBack: z.array(z.string()).default([]),
    })
    .optional(),
});

export interface Case extends z.infer<typeof caseSchema> {
  readonly name: string;
  readonly survey: Survey;
  /** After the first step, by `left`. */
  readonly leftBy: Survey;
  readonly knownSecrets: KnownSecrets;
  readonly specs: readonly Spec[];
}

/** The folders of test/cases. */
export const caseKinds = ['vm', 'container', 'snapshot', 'acts'] as const;

/** Every case of a kind, by the name of its file. */
export function readCases(kind: string): readonly Case[] {
  const folder = join(import.meta.dirname, '..', 'cases', kind);
  return readdirSync(folder).map((file) => readCase(join(folder, file)));
}

function readCase(path: string): Case {
  const name = basename(path, '.yml');
  const parsed = parseYaml(readFileSync(path, 'utf8'), `${name}.yml`);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.diagnostics[0]?.message}`);
  const read = caseSchema.parse(parsed.value.value);
  const specs = Object.entries(read.spec).map(([kind, args]): Spec => ({
    kind,
    args,
    positions: positionsUnder(parsed.value.positions, ['spec', kind]),
    declaredBy: 'case',
  }));
  const lab = {
    files: read.before,
    live: read.live,
    bridges: read.bridges,
    unknown: read.unknown,
    quorate: read.quorate,
    ...(read.pve !== undefined && { pve: read.pve }),
  };
  return {
    ...read,
    name,
    specs,
    knownSecrets: {
      key: CASE_KEY,
      hashes: Object.fromEntries(
        Object.entries(read.lastSet).map(([secret, value]) => [secret, secretHash(CASE_KEY, secret, value)]),
      ),
    },
    survey: labSurvey(lab),
    leftBy: labSurvey({ ...lab, files: { ...lab.files, ...read.left?.files } }),
  };
}

/** "pve1$ qm set 100 --cores 2" */
export function commandLines(plans: readonly Plan[]): readonly string[] {
  return plans.flatMap(({ changes }) =>
    changes.flatMap(({ steps }) => steps.map((step) => `${step.node}$ ${showCommand(actArgv(step.act))}`)),
  );
}

/** "vm/disk-shrink 8:5 Cannot plan …" */
export function refusalLine({ code, at, message }: Diagnostic): string {
  return `${code} ${at?.line}:${at?.column} ${message}`;
}
