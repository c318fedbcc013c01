import { plainHostTask } from './host/host-task.ts';
import { absolutePath } from './host/parameters.ts';

/** Reads a file of the node, as Ansible's module: {content: BASE64, encoding: base64, source}. */
export const slurp = plainHostTask({
  name: 'slurp',
  help: 'Reads a file of the node into `content`, in base64; `register` it.',
  parameters: { src: absolutePath('The file.', ['path']) },
  notYet: [],
  changes: false,
  reads: ({ src }) => [{ read: 'path', path: src, content: true }],
  decide({ src }, facts) {
    const { path: source, followed, content } = facts.path(src);
    if (content !== undefined)
      return {
        is: 'as wanted',
        result: { content: content.toString('base64'), encoding: 'base64', source },
      };
    const what = followed === undefined ? 'it is not there' : `it is a ${followed.kind}`;
    return { is: 'refused', why: `Cannot read ${source}: ${what}; a file is wanted` };
  },
});
