import { basename } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import { pythonText } from '../template/python-text.ts';
import { renderValue } from '../template/render.ts';
import type { ActionContext } from './action.ts';
import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import { hostTask } from './host/host-task.ts';
import { findLocal, readLocal } from './host/local-file.ts';
import { flag, permissions, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { decidePlacing, placingReads } from './host/place-content.ts';
import type { Source } from './host/place-content.ts';
import { writeParameters } from './host/write-file.ts';

/** Renders a template of the controller and puts it on the node, as Ansible's module. */
export const template = hostTask({
  name: 'template',
  help: 'Renders a template of the controller, and puts it on the node.',
  parameters: {
    src: plainText("A template of the controller, from the playbook's or role's templates."),
    dest: absolutePath('Where it goes; a directory takes it under its own name.'),
    force: preset(flag('Replace a file that differs; no: only make a missing one.'), true),
    follow: preset(flag('Write what a link at dest leads to; no: put the file in place of the link.'), false),
    ...attributeParameters,
    mode: optional(
      permissions('Permissions: octal digits, or symbols as chmod has them; preserve: those of src.', [
        'preserve',
      ]),
    ),
    ...writeParameters,
  },
  notYet: [
    ...attributesNotYet,
    'newline_sequence',
    'block_start_string',
    'block_end_string',
    'variable_start_string',
    'variable_end_string',
    'comment_start_string',
    'comment_end_string',
    'trim_blocks',
    'lstrip_blocks',
    'output_encoding',
  ],
  changes: true,
  prepare: ({ src }, { positions, context }) => renderFile(src, positionAt(positions, ['src']), context),
  reads: placingReads,
  readsAhead: ({ src, ...placing }, wantsDiff) => placingReads(placing, { name: nameOf(src) }, wantsDiff),
  decide: decidePlacing,
});

async function renderFile(
  src: string,
  at: Position | undefined,
  { variables, directories }: ActionContext,
): Promise<Result<Source>> {
  const found = await findLocal(src, 'templates', directories, at);
  if (!found.ok) return found;
  const content = await readLocal(found.value, at);
  if (!content.ok) return content;
  const file = { file: found.value, line: 1, column: 1 };
  const rendered = renderValue(content.value.toString(), { '': file }, variables);
  if (!rendered.ok) return rendered;
  const { value } = rendered;
  const text = typeof value === 'string' ? value : pythonText(value);
  return ok({ content: Buffer.from(text), name: nameOf(src) });
}

const nameOf = (src: string): string => basename(src).replace(/\.j2$/u, '');
