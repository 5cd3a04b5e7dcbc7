import { Details } from './details';
import { button, element, svgElement } from './dom';
import { Drawing } from './drawing';
import { filters } from './filters';
import { Search } from './search';
import { State } from './state';
import type { GraphModel } from '../src/cli/graph/model';
import type { Selection } from '../src/cli/graph/selection';

const THEMES = ['auto', 'light', 'dark'] as const;

const LEGEND: [string, string][] = [
  ['edge direct', 'import, directly'], ['edge egress', 'import, through the egress gateway'], ['edge direct stopped', 'stops by the files'],
  ['edge export', 'answered by'],
];

function start(model: GraphModel): void {
  const state = new State(model);
  const drawing = new Drawing(state);
  const go = (selection: Selection | undefined) => {
    if (selection !== undefined && !state.isShown(selection)) {
      resetFilters();
    }
    state.select(selection);
    if (selection !== undefined) {
      drawing.reveal(selection);
    }
  };
  const search = new Search(model, go);
  const filterBar = element('div', { class: 'bar' });
  const resetFilters = () => {
    state.setFilter({ cluster: undefined, namespace: undefined, path: undefined });
    filterBar.querySelectorAll('select').forEach(select => {
      select.value = '';
      select.classList.remove('chosen');
    });
  };
  const all = button({ class: 'plain' }, () => drawing.toggleAll());
  const nameAll = () => {
    all.textContent = drawing.isOpen ? 'Close groups' : 'Open groups';
  };
  filterBar.append(search.field, filters(state), all, themeSwitch());
  document.querySelector('header')!.append(filterBar);
  document.getElementById('page')!.append(drawing.region, new Details(state, go).panel);
  document.body.append(legend());
  // The drawing has its first picture when its size is known.
  drawing.draw();
  state.onChange(nameAll);
  nameAll();
  addEventListener('keydown', event => {
    const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape') {
      state.select(undefined);
    }
  });
}

function themeSwitch(): HTMLElement {
  let at = 0;
  const made = button({ class: 'plain' }, () => {
    at = (at + 1) % THEMES.length;
    document.documentElement.dataset.theme = THEMES[at];
    made.textContent = `Theme: ${THEMES[at]}`;
  }, `Theme: ${THEMES[at]}`);
  return made;
}

function legend(): HTMLElement {
  return element('footer', { class: 'legend' }, ...LEGEND.map(([kind, text]) => element(
    'span', {},
    svgElement(
      'svg', { 'class': 'lines', 'width': 28, 'height': 8, 'aria-hidden': 'true' }, svgElement('path', { class: kind, d: 'M0 4h28' }),
    ),
    text,
  )));
}

start(JSON.parse(document.getElementById('model')!.textContent!) as GraphModel);
