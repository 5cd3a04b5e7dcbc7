import { groupIdOf } from '../src/cli/graph/boxes';
import type { GraphModel } from '../src/cli/graph/model';
import { Filter, filtered, lit, Part, Selection } from '../src/cli/graph/selection';

/** What changed, so that no view does more than it must. */
export type Change = 'filter' | 'boxes' | 'selection';

/** What a user chose, and what follows from it for the mesh. */
export class State {
  public filter: Filter = {};
  public selection?: Selection;
  /** Boxes that the user opened or closed. */
  public readonly toggled = new Set<string>();
  /** What the filter lets through. */
  public part: Part;
  /** What belongs to the selection, of what the filter lets through. */
  public lit?: Part;
  private readonly listeners: ((change: Change) => void)[] = [];

  public constructor(public readonly model: GraphModel) {
    this.part = filtered(model, {});
  }

  public onChange(listener: (change: Change) => void): void {
    this.listeners.push(listener);
  }

  public setFilter(change: Filter): void {
    this.filter = { ...this.filter, ...change };
    this.part = filtered(this.model, this.filter);
    this.light();
    this.tell('filter');
  }

  /** Opens and closes boxes. */
  public toggle(...ids: string[]): void {
    ids.forEach(id => this.toggled.delete(id) || this.toggled.add(id));
    this.tell('boxes');
  }

  public select(selection: Selection | undefined): void {
    this.selection = selection;
    this.light();
    this.tell('selection');
  }

  /** Whether a selection is the current one. */
  public isSelected(selection: Selection | undefined): boolean {
    return selection !== undefined && this.selection !== undefined && keyOf(selection) === keyOf(this.selection);
  }

  /** Whether the filter lets the subject of a selection through. */
  public isShown(selection: Selection): boolean {
    const { imports, services, exports: exporting } = lit(this.model, selection);
    return [...imports].some(number => this.part.imports.has(number)) || [...services].some(number => this.part.services.has(number))
      || [...exporting].some(key => this.part.exports.has(key));
  }

  /** Id of the box that holds a service. */
  public groupIdOf(service: number): string {
    return groupIdOf(this.model, service);
  }

  private light(): void {
    const all = this.selection && lit(this.model, this.selection);
    this.lit = all && {
      imports: common(all.imports, this.part.imports),
      services: common(all.services, this.part.services),
      exports: common(all.exports, this.part.exports),
    };
  }

  private tell(change: Change): void {
    this.listeners.forEach(listener => listener(change));
  }
}

function keyOf(selection: Selection): string {
  return JSON.stringify(Object.entries(selection).sort(([a], [b]) => a < b ? -1 : 1));
}

function common<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...one].filter(item => other.has(item)));
}
