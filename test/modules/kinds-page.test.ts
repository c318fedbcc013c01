import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actsPage } from '../../src/guest-acts/acts-page.ts';
import { kindsPage } from '../../src/modules/kinds-page.ts';
import { modules } from '../../src/modules/registry.ts';

test('the docs page of the kinds is what their tables say (vitest -u writes it anew)', async () => {
  await expect(`${kindsPage(modules)}\n${actsPage()}`).toMatchFileSnapshot(
    join(import.meta.dirname, '..', '..', 'docs', 'kinds.md'),
  );
});
