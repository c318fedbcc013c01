import { positionAt } from '../diagnostic.ts';
import { preset, plainText } from './host/parameters.ts';
import { tableAction } from './host/table-action.ts';
import { failed, taskFailed } from './host/task-failed.ts';

/** Fails, with a message; as Ansible's module. */
export const fail = tableAction({
  name: 'fail',
  help: 'Fails, with a message.',
  parameters: { msg: preset(plainText('Why.'), 'Failed as requested from task') },
  notYet: [],
  changes: false,
  foresee: () => [],
  run({ msg }, context, positions) {
    const at = positionAt(positions, []);
    return { ...failed({ ...taskFailed(context, msg), ...(at && { at }) }), result: { msg } };
  },
});
