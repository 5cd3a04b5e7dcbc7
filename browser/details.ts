import { button, Content, element } from './dom';
import type { State } from './state';
import { counted } from '../src/cli/counted';
import { turnText } from '../src/cli/graph/layout';
import type { GraphImport } from '../src/cli/graph/model';
import type { Selection } from '../src/cli/graph/selection';

const KEYS: [string, string][] = [
  ['/', 'search'],
  ['Arrows', 'move between the lines of the drawing'],
  ['Enter', 'select, and open or close a box'],
  ['Escape', 'select nothing'],
];

/** What the page says of a selection: everything that the files show of it, with the file of each object. */
export class Details {
  public readonly panel = element('aside', { 'class': 'details', 'aria-label': 'Details', 'tabindex': 0 });

  /** @param go selects something else, and moves it into view */
  public constructor(private readonly state: State, private readonly go: (selection: Selection | undefined) => void) {
    state.onChange(() => this.show());
    this.show();
  }

  private show(): void {
    const { selection } = this.state;
    this.panel.classList.toggle('idle', selection === undefined);
    this.panel.replaceChildren(...selection === undefined ? this.overview() : [this.closer(), ...this.about(selection)]);
    this.panel.scrollTop = 0;
  }

  private closer(): HTMLElement {
    return button({ 'class': 'close', 'aria-label': 'Close the details' }, () => this.go(undefined), '×');
  }

  private about(selection: Selection): HTMLElement[] {
    switch (selection.kind) {
      case 'cluster': return this.aboutCluster(selection.cluster);
      case 'service': return this.aboutService(selection.service);
      case 'namespace': return this.aboutNamespace(selection.cluster, selection.namespace);
      case 'group': return this.aboutGroup(selection.title, selection.services);
    }
  }

  private overview(): HTMLElement[] {
    const { model } = this.state;
    const stopped = this.numbers(({ stopped: reasons }) => reasons.length > 0);
    const moving = model.clusters.filter(({ root }) => root !== undefined && root.phase !== 'stable');
    return [
      element('h2', {}, 'Nothing selected'),
      element('p', { class: 'soft' }, 'Select a cluster, namespace or service to see its consumers and exporters.'),
      facts(KEYS),
      ...moving.length === 0 ? [] : [
        element('h3', {}, 'Replacement of the root'),
        facts(moving.map(({ name, root }) => [name, root!.phase])),
      ],
      ...this.importList('By the files, requests stop', stopped, 'consumer'),
    ];
  }

  private aboutService(number: number): HTMLElement[] {
    const { name, namespace, hosts, vips, exporters, objects } = this.state.model.services[number];
    return [
      element('h2', {}, name),
      element('p', { class: 'soft' }, `Service in namespace ${namespace}`),
      facts([
        ...hosts.map((host, i) => [i === 0 ? 'Names' : '', host] as const),
        ...vips.map((vip, i) => [i === 0 ? 'VIP' : '', vip] as const),
      ]),
      ...this.clusterList('Exporters', exporters),
      ...this.importList('Consumers', this.numbers(item => item.service === number), 'consumer'),
      ...this.files('Opened by', objects),
    ];
  }

  private aboutCluster(number: number): HTMLElement[] {
    const { services, clusters } = this.state.model;
    const { name, gateways, facts: known, root, isInSight } = clusters[number];
    const exported = [...services.keys()].filter(service => services[service].exporters.includes(number));
    const own = new Set(exported);
    return [
      element('h2', {}, name),
      element('p', { class: 'soft' }, isInSight ? 'Cluster' : 'Cluster without a folder: only what others say of it is shown'),
      facts([
        ...gateways.map((gateway, i) => [i === 0 ? 'Ingress gateway' : '', gateway] as const),
        ...known,
        ...root === undefined ? [] : [['Root', root.phase] as const],
        ...(root?.trusted ?? []).map((text, i) => [i === 0 ? 'Trusts' : '', text] as const),
      ]),
      ...this.importList('Imports', this.numbers(item => item.cluster === number), 'service'),
      ...this.serviceList('Exports', exported),
      ...this.importList('Consumers of its exports', this.numbers(
        ({ service, turns }) => own.has(service) && turns.some(({ cluster }) => cluster === number),
      ), 'both'),
    ];
  }

  private aboutNamespace(cluster: number, namespace: string): HTMLElement[] {
    return [
      element('h2', {}, namespace),
      element('p', { class: 'soft' }, `Namespace that imports, in ${this.state.model.clusters[cluster].name}`),
      ...this.importList('Imports', this.numbers(item => item.cluster === cluster && item.namespace === namespace), 'service'),
    ];
  }

  private aboutGroup(title: string, services: readonly number[]): HTMLElement[] {
    const all = new Set(services);
    return [
      element('h2', {}, title),
      element('p', { class: 'soft' }, counted(services.length, 'service')),
      ...this.serviceList('Services', services),
      ...this.importList('Consumers', this.numbers(({ service }) => all.has(service)), 'both'),
    ];
  }

  /** Numbers of the imports that the filter lets through and that a test holds for. */
  private numbers(test: (item: GraphImport) => boolean): number[] {
    return [...this.state.part.imports].filter(number => test(this.state.model.imports[number]));
  }

  private clusterList(title: string, numbers: readonly number[]): HTMLElement[] {
    return this.list(title, numbers.map(number => {
      const { name, gateways } = this.state.model.clusters[number];
      return element('li', {}, this.link(name, { kind: 'cluster', cluster: number }), ...small(gateways.join(', ')));
    }));
  }

  private serviceList(title: string, numbers: readonly number[]): HTMLElement[] {
    return this.list(title, numbers.map(number => {
      const { name, namespace, vips } = this.state.model.services[number];
      return element('li', {}, this.link(`${name}.${namespace}`, { kind: 'service', service: number }), ...small(vips.join(', ')));
    }));
  }

  private importList(title: string, numbers: readonly number[], named: 'consumer' | 'service' | 'both'): HTMLElement[] {
    return this.list(title, numbers.map(number => this.importItem(number, named)));
  }

  private list(title: string, items: HTMLElement[]): HTMLElement[] {
    return items.length === 0 ? [] : [
      element('h3', {}, `${title} `, element('span', { class: 'count' }, String(items.length))), element('ul', {}, ...items),
    ];
  }

  /** An import: who, which service, by which path, who answers in which order, and in its files. */
  private importItem(number: number, named: 'consumer' | 'service' | 'both'): HTMLElement {
    const { model } = this.state;
    const { cluster, namespace, service, host, ports, path, turns, localPods, routes, stopped, objects } = model.imports[number];
    const consumer = this.link(`${model.clusters[cluster].name} / ${namespace}`, { kind: 'namespace', cluster, namespace });
    const { name, namespace: home } = model.services[service];
    const subject = this.link(`${name}.${home}`, { kind: 'service', service });
    const answers = turns.map(turn => [turnText(turn, turns), model.clusters[turn.cluster].name].filter(text => text !== '').join(' '));
    return element(
      'li', { class: 'import' },
      ...named === 'both' ? [consumer, ' → ', subject] : [named === 'consumer' ? consumer : subject],
      element('span', { class: `chip ${path}` }, path === 'direct' ? 'direct' : 'egress gateway'),
      ...stopped.map(reason => element('p', { class: 'stopped' }, `Stops at ${reason}`)),
      element('p', { class: 'small' }, [
        `${host}${ports.length > 0 ? `:${ports.join(',')}` : ''}`,
        ...localPods === undefined ? [] : [`local pods ${localPods === 'first' ? 'first' : 'too'}`],
        ...answers.length > 0 ? [`answered by ${answers.join(', ')}`] : [],
      ].join(' · ')),
      ...routes.map(route => element('p', { class: 'small' }, route)),
      folded(`Files (${objects.length})`, () => [this.fileList(objects)]),
    );
  }

  private files(title: string, objects: readonly number[]): HTMLElement[] {
    return objects.length === 0 ? [] : [element('h3', {}, title), this.fileList(objects)];
  }

  private fileList(numbers: readonly number[]): HTMLElement {
    const { objects, clusters } = this.state.model;
    return element('ul', { class: 'files' }, ...numbers.map(number => objects[number]).map(({ title, file, cluster }) => element(
      'li', {}, `${title}, ${clusters[cluster].name}`, element('code', {}, file),
    )));
  }

  private link(text: string, selection: Selection): HTMLElement {
    return button({ class: 'link' }, () => this.go(selection), text);
  }
}

function facts(pairs: (readonly [string, string])[]): HTMLElement {
  return element('dl', {}, ...pairs.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
}

function small(text: string): Content[] {
  return text === '' ? [] : [element('p', { class: 'small' }, text)];
}

/** A part that is made when it is opened: a page with thousands of files stays light. */
function folded(title: string, content: () => HTMLElement[]): HTMLElement {
  const made = element('details', {}, element('summary', {}, title));
  made.addEventListener('toggle', () => made.childElementCount === 1 && made.append(...content()));
  return made;
}
