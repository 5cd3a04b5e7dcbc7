import { Labels, selectionOf } from './selection';

/** Something with a selector for pods of a namespace. */
export interface Selecting {
  readonly namespace: string;
  readonly selector: Labels;
}

/** Selectors by their first label, to find those that select given pods without a look at every one. */
export class SelectorIndex<T> {
  private readonly byLabel = new Map<string, Array<{ readonly item: T; readonly selector: Labels }>>();

  public constructor(items: readonly T[], selectingOf: (item: T) => Selecting) {
    for (const item of items) {
      const { namespace, selector } = selectingOf(item);
      const [first] = sortedEntries(selector);
      const key = keyOf(namespace, first);
      const known = this.byLabel.get(key);
      if (known) {
        known.push({ item, selector });
      } else {
        this.byLabel.set(key, [{ item, selector }]);
      }
    }
  }

  /** What selects all pods with known labels; a selector without labels does. */
  public selecting(namespace: string, labels: Labels): T[] {
    // A selector whose first label the pods do not have does not select them.
    return [undefined, ...sortedEntries(labels)].flatMap(label => this.byLabel.get(keyOf(namespace, label)) ?? [])
      .filter(({ selector }) => selectionOf(selector, labels) === 'all').map(({ item }) => item);
  }
}

function sortedEntries(labels: Labels): Array<[string, string]> {
  return Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1);
}

function keyOf(namespace: string, label: [string, string] | undefined): string {
  return `${namespace} ${label ? label.join('=') : ''}`;
}
