import { element } from './dom';
import type { State } from './state';
import { naturally } from '../src/cli/graph/natural-order';
import type { Filter } from '../src/cli/graph/selection';

const PATHS: readonly (readonly [string, string])[] = [
  ['', 'All paths'], ['direct', 'Direct'], ['egress', 'Through an egress gateway'], ['stopped', 'Stopped'],
];

/** The filters: cluster, namespace and path. */
export function filters(state: State): HTMLElement {
  const { clusters, services, imports } = state.model;
  const namespaces = [...new Set([...services, ...imports].map(({ namespace }) => namespace))].sort(naturally);
  return element(
    'div', { 'class': 'filters', 'role': 'group', 'aria-label': 'Filter' },
    choice('Cluster', [['', 'All clusters'], ...clusters.map(({ name }, number) => [String(number), name] as const)], value => (
      state.setFilter({ cluster: value === '' ? undefined : Number(value) })
    )),
    choice('Namespace', [['', 'All namespaces'], ...namespaces.map(name => [`=${name}`, name] as const)], value => (
      state.setFilter({ namespace: value === '' ? undefined : value.slice(1) })
    )),
    choice('Path', PATHS, value => state.setFilter({ path: value === '' ? undefined : value as Filter['path'] })),
  );
}

function choice(name: string, options: readonly (readonly [string, string])[], choose: (value: string) => void): HTMLElement {
  const select = element('select', { 'aria-label': name }, ...options.map(([value, text]) => element('option', { value }, text)));
  select.addEventListener('change', () => {
    select.classList.toggle('chosen', select.value !== '');
    choose(select.value);
  });
  return select;
}
