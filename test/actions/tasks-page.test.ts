import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actions } from '../../src/actions/registry.ts';
import { tasksPage } from '../../src/actions/tasks-page.ts';

test('the docs page of the tasks is what their tables say (vitest -u writes it anew)', async () => {
  await expect(tasksPage(actions)).toMatchFileSnapshot(
    join(import.meta.dirname, '..', '..', 'docs', 'tasks.md'),
  );
});
