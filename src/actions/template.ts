import { hostname, userInfo } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import { pythonStr } from '../template/python-text.ts';
import type { Variables } from '../template/render.ts';
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
  prepare: ({ src, dest }, { positions, context }) =>
    renderFile(src, dest, positionAt(positions, ['src']), context),
  reads: placingReads,
  readsAhead: ({ src, ...placing }, wantsDiff) => placingReads(placing, { name: basename(src) }, wantsDiff),
  decide: decidePlacing,
});

async function renderFile(
  src: string,
  dest: string,
  at: Position | undefined,
  { variables, directories }: ActionContext,
): Promise<Result<Source>> {
  const found = await findLocal(src, 'templates', directories, at);
  if (!found.ok) return found;
  const content = await readLocal(found.value, at);
  if (!content.ok) return content;
  const file = { file: found.value, line: 1, column: 1 };
  const rendered = renderValue(
    content.value.toString(),
    { '': file },
    {
      ...variables,
      ...variablesOfTemplate(src, found.value, dest),
    },
  );
  if (!rendered.ok) return rendered;
  const { value } = rendered;
  const text = pythonStr(value);
  return ok({ content: Buffer.from(text), name: basename(src) });
}

/** What Ansible gives a template of itself. */
function variablesOfTemplate(src: string, found: string, dest: string): Variables {
  return {
    ansible_managed: 'Ansible managed',
    template_host: hostname(),
    template_uid: userInfo().username,
    template_path: src,
    template_fullpath: resolve(found),
    template_destpath: dest,
  };
}
