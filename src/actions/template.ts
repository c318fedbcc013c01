import { hostname } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Position, Result } from '../diagnostic.ts';
import { ok, positionAt } from '../diagnostic.ts';
import { localUser } from '../files/local-user.ts';
import { pythonStr } from '../template/python-text.ts';
import type { Variables } from '../template/render.ts';
import { renderFile } from '../template/render.ts';
import type { ActionContext } from './action.ts';
import { attributeParameters, attributesNotYet } from './host/attributes.ts';
import { hostTask } from './host/host-task.ts';
import type { LineOptions } from './host/jinja-options.ts';
import { ownOptions, withLineOptions } from './host/jinja-options.ts';
import { findLocal, readOpened } from './host/local-file.ts';
import { choice, flag, permissions, optional, absolutePath, preset, plainText } from './host/parameters.ts';
import { decidePlacing, placingReads } from './host/place-content.ts';
import type { Source } from './host/place-content.ts';
import { writeParameters } from './host/write-file.ts';

interface Rendering extends LineOptions {
  readonly src: string;
  readonly dest: string;
  /** As it is, or with "\\n" and "\\r" written out. */
  readonly newline_sequence: string;
}

/** Renders a template of the controller and puts it on the node, as Ansible's module. */
export const template = hostTask({
  name: 'template',
  help: 'Renders a template of the controller, and puts it on the node.',
  parameters: {
    src: plainText("A template of the controller, from the playbook's or role's templates."),
    dest: absolutePath('Where it goes; a directory takes it under its own name.'),
    force: preset(flag('Replace a file that differs; no: only make a missing one.'), true),
    follow: preset(flag('Write what a link at dest leads to; no: put the file in place of the link.'), false),
    trim_blocks: preset(flag('Take away the line end after a block.'), true),
    lstrip_blocks: preset(flag('Take away blanks before a block that begins its line.'), false),
    newline_sequence: preset(
      choice(['\\n', '\\r', '\\r\\n', '\n', '\r', '\r\n'], 'What lines end with.'),
      '\n',
    ),
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
    'block_start_string',
    'block_end_string',
    'variable_start_string',
    'variable_end_string',
    'comment_start_string',
    'comment_end_string',
    'output_encoding',
  ],
  changes: true,
  prepare: (values, { positions, context }) =>
    renderTemplate(values, positionAt(positions, ['src']), context),
  reads: placingReads,
  readsAhead: ({ src, ...placing }, wantsDiff) => placingReads(placing, { name: basename(src) }, wantsDiff),
  decide: decidePlacing,
});

async function renderTemplate(
  values: Rendering,
  at: Position | undefined,
  context: ActionContext,
): Promise<Result<Source>> {
  const { src, dest, newline_sequence: ends } = values;
  const found = await findLocal(src, 'templates', context.directories, at);
  if (!found.ok) return found;
  const content = await readOpened(found.value, src, at, context);
  if (!content.ok) return content;
  const own = ownOptions(content.value.toString());
  const file = { file: found.value, line: own.line, column: 1 };
  const rendered = renderFile(withLineOptions(own.text, { ...values, ...own.options }), file, {
    ...context.variables,
    ...variablesOfTemplate(src, found.value, dest),
  });
  if (!rendered.ok) return rendered;
  const { value } = rendered;
  const text = pythonStr(value).replaceAll('\n', ends.replaceAll('\\r', '\r').replaceAll('\\n', '\n'));
  return ok({ content: Buffer.from(text), name: basename(src) });
}

/** What Ansible gives a template of itself. */
function variablesOfTemplate(src: string, found: string, dest: string): Variables {
  return {
    ansible_managed: 'Ansible managed',
    template_host: hostname(),
    template_uid: localUser(),
    template_path: src,
    template_fullpath: resolve(found),
    template_destpath: dest,
  };
}
