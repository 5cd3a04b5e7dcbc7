import { element } from './dom';
import type { GraphModel } from '../src/cli/graph/model';
import type { Selection } from '../src/cli/graph/selection';

/** Something that a search can find. */
export interface Entry {
  readonly label: string;
  readonly kind: string;
  /** What is searched, in lower case. */
  readonly text: string;
  readonly selection: Selection;
}

/** Entries that a search shows. */
const MAX_SHOWN = 12;

/** Everything that a search can find. */
export function entriesOf({ clusters, services, imports }: GraphModel): Entry[] {
  const namespaces = new Map(imports.map(({ cluster, namespace }) => [`${cluster} ${namespace}`, { cluster, namespace }]));
  return [
    ...clusters.map(({ name, gateways }, cluster): Entry => (
      { label: name, kind: 'cluster', text: searched(name, ...gateways), selection: { kind: 'cluster', cluster } }
    )),
    ...services.map(({ name, namespace, hosts, vips }, service): Entry => ({
      label: `${name}.${namespace}`,
      kind: 'service',
      text: searched(`${name}.${namespace}`, ...hosts, ...vips),
      selection: { kind: 'service', service },
    })),
    ...[...namespaces.values()].map(({ cluster, namespace }): Entry => ({
      label: `${clusters[cluster].name} / ${namespace}`,
      kind: 'namespace',
      text: searched(namespace),
      selection: { kind: 'namespace', cluster, namespace },
    })),
  ];
}

/** Entries that hold every word of a query: exact names first, then those that begin with it. */
export function found(entries: readonly Entry[], query: string): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(word => word !== '');
  const rank = ({ label }: Entry) => {
    const name = label.toLowerCase();
    return name === words[0] ? 0 : name.startsWith(`${words[0]}.`) ? 1 : name.startsWith(words[0]) ? 2 : 3;
  };
  const matching = words.length === 0 ? [] : entries.filter(({ text }) => words.every(word => text.includes(word)));
  // The sort is stable: equal entries keep their order.
  return matching.map(entry => ({ entry, rank: rank(entry) })).sort((a, b) => a.rank - b.rank).map(({ entry }) => entry);
}

/** The search field, with a list of what it finds. It follows the pattern of an editable combobox of the ARIA practices. */
export class Search {
  public readonly field = element('div', { class: 'search', role: 'search' });
  private readonly input = element('input', {
    'id': 'search',
    'type': 'text',
    'role': 'combobox',
    'placeholder': 'Search  ( / )',
    'aria-label': 'Search for services, clusters and namespaces',
    'aria-expanded': 'false',
    'aria-controls': 'found',
    'aria-autocomplete': 'list',
    'autocomplete': 'off',
    'spellcheck': 'false',
  });

  private readonly list = element('ul', { 'id': 'found', 'role': 'listbox', 'aria-label': 'Found', 'hidden': true });
  private readonly count = element('span', { class: 'hidden', role: 'status' });
  private readonly entries: Entry[];
  private shown: Entry[] = [];
  private active = 0;

  public constructor(model: GraphModel, private readonly go: (selection: Selection) => void) {
    this.entries = entriesOf(model);
    this.field.append(this.input, this.list, this.count);
    this.input.addEventListener('input', () => this.look());
    this.input.addEventListener('focus', () => this.look());
    this.input.addEventListener('blur', () => this.close());
    this.input.addEventListener('keydown', event => this.onKey(event));
  }

  public focus(): void {
    this.input.focus();
    this.input.select();
  }

  private look(): void {
    const all = found(this.entries, this.input.value);
    this.shown = all.slice(0, MAX_SHOWN);
    this.active = 0;
    this.list.replaceChildren(...this.shown.map((entry, i) => this.option(entry, i)));
    if (all.length > MAX_SHOWN) {
      this.list.append(element('li', { class: 'more', role: 'presentation' }, `${all.length - MAX_SHOWN} more: write more of the name`));
    }
    if (this.input.value.trim() !== '' && all.length === 0) {
      this.list.append(element('li', { class: 'more', role: 'presentation' }, 'Nothing has this name or address'));
    }
    this.count.textContent = this.input.value.trim() === '' ? '' : `${all.length} found`;
    this.setOpen(this.list.childElementCount > 0);
    this.mark();
  }

  private option(entry: Entry, i: number): HTMLElement {
    const made = element(
      'li', { 'role': 'option', 'id': `found-${i}`, 'aria-selected': 'false' },
      element('span', { class: 'label' }, entry.label), element('span', { class: 'note' }, entry.kind),
    );
    // The press of a button of the mouse would take the focus from the field, and close the list before the click.
    made.addEventListener('mousedown', event => event.preventDefault());
    made.addEventListener('click', () => this.take(entry));
    return made;
  }

  private take({ selection }: Entry): void {
    this.input.value = '';
    this.close();
    this.go(selection);
  }

  private onKey(event: KeyboardEvent): void {
    const isOpen = !this.list.hidden && this.shown.length > 0;
    if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      this.take(this.shown[this.active]);
    } else if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      this.active = (this.active + (event.key === 'ArrowDown' ? 1 : this.shown.length - 1)) % this.shown.length;
      this.mark();
    } else if (event.key === 'Escape' && (!this.list.hidden || this.input.value !== '')) {
      // Another Escape leaves the selection.
      event.stopPropagation();
      this.input.value = '';
      this.look();
    }
  }

  private mark(): void {
    this.list.querySelectorAll('[role=option]').forEach((option, i) => option.setAttribute('aria-selected', String(i === this.active)));
    if (this.shown.length > 0) {
      this.input.setAttribute('aria-activedescendant', `found-${this.active}`);
    } else {
      this.input.removeAttribute('aria-activedescendant');
    }
  }

  private close(): void {
    this.setOpen(false);
  }

  private setOpen(isOpen: boolean): void {
    this.list.hidden = !isOpen;
    this.input.setAttribute('aria-expanded', String(isOpen));
  }
}

function searched(...texts: string[]): string {
  return texts.join('\n').toLowerCase();
}
