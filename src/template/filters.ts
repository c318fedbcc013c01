import type { Filter } from './filter-values.ts';
import { truthy } from './filter-values.ts';
import { dataFilters } from './filters/data-filters.ts';
import { listFilters } from './filters/list-filters.ts';
import { mappingFilters } from './filters/mapping-filters.ts';
import { methodFilters } from './filters/method-filters.ts';
import { numberFilters } from './filters/number-filters.ts';
import { pathFilters } from './filters/path-filters.ts';
import { textFilters } from './filters/text-filters.ts';

/** Ansible's filters, and Jinja's that the engine lacks or has narrower. */
export const filters: Readonly<Record<string, Filter>> = {
  bool: (value) => {
    if (value === null || typeof value === 'boolean') return value;
    return (
      value === 1 || (typeof value === 'string' && ['yes', 'on', '1', 'true'].includes(value.toLowerCase()))
    );
  },
  ternary: (value, yes, no, none) => (value === null && none !== undefined ? none : truthy(value) ? yes : no),
  mandatory: (value) => value,
  ...dataFilters,
  ...listFilters,
  ...mappingFilters,
  ...methodFilters,
  ...numberFilters,
  ...pathFilters,
  ...textFilters,
};
