import { HEIGHT, Picture } from '../src/cli/graph/layout';

/** Place of something that can have the focus. */
interface Place {
  readonly id: string;
  readonly column: number;
  readonly y: number;
}

/**
 * The focus within the drawing. The Tab key reaches one line of a box, and arrows move on from there: up and down in a column, left and
 * right to what is nearest in the next one.
 */
export class Focus {
  private subjects: ReadonlyMap<string, HTMLElement> = new Map();
  private places: readonly Place[] = [];
  private reached?: string;

  public constructor(region: HTMLElement) {
    region.addEventListener('keydown', event => this.onKey(event));
  }

  /** Follows a new picture. What had the focus keeps it. */
  public follow({ boxes }: Picture, subjects: ReadonlyMap<string, HTMLElement>, focused: string | undefined): void {
    this.subjects = subjects;
    this.places = boxes.flatMap(({ id, column, y, placed }) => [
      { id, column, y: y + HEIGHT.head / 2 },
      ...placed.filter(({ id: row }) => subjects.has(row)).map(row => ({ id: row.id, column, y: row.y + HEIGHT.row / 2 })),
    ]);
    this.reach(this.reached !== undefined && subjects.has(this.reached) ? this.reached : this.places[0]?.id);
    if (focused !== undefined && subjects.has(focused)) {
      this.set(focused);
    }
  }

  /** Moves the focus. */
  public set(id: string): void {
    this.reach(id);
    this.subjects.get(id)!.focus({ preventScroll: true });
  }

  /** Makes a line the one that the Tab key reaches. */
  public reach(id: string | undefined): void {
    this.subjects.get(this.reached ?? '')?.setAttribute('tabindex', '-1');
    this.reached = id;
    this.subjects.get(id ?? '')?.setAttribute('tabindex', '0');
  }

  private onKey(event: KeyboardEvent): void {
    const current = event.target instanceof HTMLElement ? event.target.dataset.id : undefined;
    if (current === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const target = this.neighbour(current, event.key);
    if (target !== undefined) {
      event.preventDefault();
      this.set(target);
      this.subjects.get(target)!.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  private neighbour(current: string, key: string): string | undefined {
    const { column, y } = this.places.find(({ id }) => id === current)!;
    const own = this.places.filter(place => place.column === column);
    const at = own.findIndex(({ id }) => id === current);
    const steps: { readonly [key: string]: number } = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: own.length - 1 };
    if (key in steps) {
      return own[Math.max(0, Math.min(own.length - 1, steps[key]))].id;
    }
    const side = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
    const beside = this.places.filter(place => side !== 0 && place.column === column + side);
    const bright = beside.filter(({ id }) => this.subjects.get(id)!.classList.contains('lit'));
    const [nearest] = (bright.length > 0 ? bright : beside).sort((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y));
    return nearest?.id;
  }
}
