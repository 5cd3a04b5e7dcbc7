import { button, element, svgElement } from './dom';
import { Focus } from './focus';
import { paths, pill } from './lines';
import type { State } from './state';
import { Box, boxesOf, headings, ID } from '../src/cli/graph/boxes';
import { edgeLabel, edgesOf, isCrowded, Picture, pictureOf, PlacedBox, PlacedRow, Widths } from '../src/cli/graph/layout';
import type { Part, Selection } from '../src/cli/graph/selection';

/** Lines with a label at most: more of them would hide each other. */
const MAX_LABELS = 24;

/** Lines that a selection lights up, from which on they are thin. */
const MANY_LIT = 60;

/** A column is as wide as the window allows, within these bounds. */
const MIN_COLUMN = 210;
const MAX_COLUMN = 340;

/** Widths of a drawing on paper. */
const PAPER: Widths = { column: 240, gap: 120 };

/** The drawing: boxes of HTML before lines of SVG. */
export class Drawing {
  public readonly region = element('section', { 'class': 'graph', 'aria-label': 'Drawing of the mesh' });
  private readonly canvas = element('div', { class: 'canvas' });
  private readonly lines = svgElement('svg', { 'class': 'lines', 'aria-hidden': 'true' });
  private readonly base = svgElement('g', { class: 'base' });
  private readonly bright = svgElement('g', { class: 'bright' });
  private readonly headings = element('div', { class: 'headings' });
  private readonly boxes = element('div', { class: 'boxes' });
  private picture!: Picture;
  /** What can be selected, and so have the focus, by its id. */
  private subjects = new Map<string, HTMLButtonElement>();
  /** Lines that cannot. */
  private silent = new Map<string, HTMLElement>();
  private readonly focus = new Focus(this.region);
  private isOnPaper = false;

  public constructor(private readonly state: State) {
    this.lines.append(this.base, this.bright);
    this.canvas.append(this.headings, this.lines, this.boxes);
    this.region.append(this.canvas);
    state.onChange(change => change === 'selection' ? this.light() : this.draw());
    new ResizeObserver(() => this.draw()).observe(this.region);
    addEventListener('beforeprint', () => this.setPaper(true));
    addEventListener('afterprint', () => this.setPaper(false));
  }

  /** Opens the box of a selection, moves it into view, and gives it the focus. */
  public reveal(selection: Selection): void {
    if (selection.kind === 'service') {
      this.open(this.state.groupIdOf(selection.service));
    }
    if (selection.kind === 'namespace') {
      this.open(ID.importer(selection.cluster));
    }
    const [id] = [...this.subjects.keys()].filter(key => this.subjects.get(key)!.classList.contains('selected'));
    if (id !== undefined) {
      this.focus.set(id);
      this.subjects.get(id)!.scrollIntoView({ block: 'center', inline: 'nearest' });
    }
  }

  /** Opens all boxes of services, or closes them where all are open. */
  public toggleAll(): void {
    const groups = this.picture.boxes.filter(({ column, rows }) => column === 1 && rows.length > 0);
    const closed = groups.filter(({ isOpen }) => !isOpen);
    this.state.toggle(...(closed.length > 0 ? closed : groups).map(({ id }) => id));
  }

  /** Whether all boxes of services are open. */
  public get isOpen(): boolean {
    return this.picture.boxes.every(({ column, isOpen }) => column !== 1 || isOpen);
  }

  private open(id: string): void {
    if (this.picture.boxes.some(box => box.id === id && !box.isOpen)) {
      this.state.toggle(id);
    }
  }

  private setPaper(isOnPaper: boolean): void {
    this.isOnPaper = isOnPaper;
    this.draw();
  }

  /** Draws everything again. */
  public draw(): void {
    const { model, part, toggled } = this.state;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.id : undefined;
    this.picture = pictureOf(model, part, boxesOf(model, part, toggled), this.widths());
    const { width, height, boxes, edges } = this.picture;
    this.canvas.style.width = this.lines.style.width = `${width}px`;
    this.canvas.style.height = this.lines.style.height = `${height}px`;
    this.subjects = new Map();
    this.silent = new Map();
    this.headings.replaceChildren(...this.drawnHeadings());
    this.boxes.replaceChildren(...boxes.map(box => this.drawnBox(box)));
    if (boxes.length === 0) {
      this.boxes.append(element('p', { class: 'nothing' }, 'No service or import is left. Change the filter.'));
    }
    this.base.classList.toggle('crowded', isCrowded(edges));
    this.base.replaceChildren(...paths(edges));
    this.light();
    this.focus.follow(this.picture, this.subjects, focused);
  }

  private widths(): Widths {
    if (this.isOnPaper) {
      return PAPER;
    }
    const available = this.region.clientWidth - 48;
    const gap = Math.round(Math.max(56, Math.min(170, available * 0.13, (available - 3 * MIN_COLUMN) / 2)));
    return { gap, column: Math.round(Math.max(MIN_COLUMN, Math.min(MAX_COLUMN, (available - 2 * gap) / 3))) };
  }

  private drawnHeadings(): HTMLElement[] {
    const { boxes } = this.picture;
    return headings(this.state.model).flatMap((text, column) => {
      const own = boxes.filter(box => box.column === column);
      const heading = element('h2', {}, text);
      heading.style.left = `${own[0]?.x}px`;
      return own.length > 0 ? [heading] : [];
    });
  }

  private drawnBox(box: PlacedBox): HTMLElement {
    const { x, y, width, height, label, note, mark, rows, isOpen } = box;
    const expanded = rows.length > 0 ? String(isOpen) : undefined;
    const head = button(
      { 'class': 'head', 'data-id': box.id, 'tabindex': -1, 'title': label, 'aria-expanded': expanded },
      () => this.pressHead(box),
      element('span', { class: 'label' }, label),
      ...mark === undefined ? [] : [element('span', { class: 'mark' }, mark)],
      element('span', { class: 'note' }, note),
    );
    this.subjects.set(box.id, head);
    const made = element('div', { class: 'box' }, head, ...box.placed.map(row => this.drawnRow(row)));
    Object.assign(made.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
    return made;
  }

  private drawnRow(row: PlacedRow): HTMLElement {
    const title = row.note === '' ? row.label : `${row.label}, ${row.note}`;
    const content = [element('span', { class: 'label' }, row.label), element('span', { class: 'note' }, row.note)];
    const attributes = { 'class': `row ${row.kind}`, 'data-id': row.id, title };
    if (row.selection === undefined) {
      const made = element('div', attributes, ...content);
      this.silent.set(row.id, made);
      return made;
    }
    const made = button({ ...attributes, tabindex: -1 }, () => this.press(row.selection!), ...content);
    this.subjects.set(row.id, made);
    return made;
  }

  /** The first press selects a box and opens it, and the next one closes or opens it. */
  private pressHead({ id, selection, isOpen, rows }: Box): void {
    const isFirst = !this.state.isSelected(selection);
    this.focus.reach(id);
    if (isFirst) {
      this.state.select(selection);
    }
    if (rows.length > 0 && (!isFirst || !isOpen)) {
      this.state.toggle(id);
    }
  }

  private press(selection: Selection): void {
    this.state.select(this.state.isSelected(selection) ? undefined : selection);
  }

  /** Shows what belongs to the selection. */
  private light(): void {
    const { lit, model } = this.state;
    this.canvas.classList.toggle('selecting', lit !== undefined);
    const ids = lit === undefined ? new Set<string>() : this.litIds(lit);
    for (const { id, selection, placed } of this.picture.boxes) {
      this.mark(id, ids, selection);
      placed.forEach(row => this.mark(row.id, ids, row.selection));
    }
    const edges = lit === undefined ? [] : edgesOf(model, lit, this.picture.boxes);
    const labelled = edges.filter(({ kind }) => kind === 'export').map(edge => [edge, edgeLabel(model, edge)] as const)
      .filter(([, label]) => label !== '');
    this.bright.classList.toggle('many', edges.length > MANY_LIT);
    const labels = labelled.length > MAX_LABELS ? [] : labelled.flatMap(([edge, label]) => pill(edge, label));
    this.bright.replaceChildren(...paths(edges), ...labels);
  }

  private litIds({ imports, services, exports: exporting }: Part): Set<string> {
    const { model } = this.state;
    const ids = new Set<string>();
    for (const number of imports) {
      const { cluster, namespace, path } = model.imports[number];
      [ID.importer(cluster), ID.namespace(cluster, namespace), ...path === 'egress' ? [ID.egress(cluster)] : []].forEach(id => ids.add(id));
    }
    services.forEach(service => ids.add(ID.service(service)).add(this.state.groupIdOf(service)));
    exporting.forEach(key => ids.add(ID.exporter(Number(key.split(' ')[1]))));
    return ids;
  }

  private mark(id: string, ids: Set<string>, selection?: Selection): void {
    const isSelected = this.state.isSelected(selection);
    const subject = this.subjects.get(id);
    (subject ?? this.silent.get(id))?.classList.toggle('lit', ids.has(id));
    subject?.classList.toggle('selected', isSelected);
    subject?.setAttribute('aria-pressed', String(isSelected));
  }
}
