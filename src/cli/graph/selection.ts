import type { GraphModel } from './model';

/** What a user selects. */
export type Selection =
  | { readonly kind: 'cluster'; readonly cluster: number }
  | { readonly kind: 'namespace'; readonly cluster: number; readonly namespace: string }
  | { readonly kind: 'group'; readonly services: readonly number[]; readonly title: string }
  | { readonly kind: 'service'; readonly service: number };

/** What a filter lets through; undefined parts let everything through. */
export interface Filter {
  /** Cluster that imports or exports. */
  readonly cluster?: number;
  /** Namespace of the service, or of the importing pods. */
  readonly namespace?: string;
  readonly path?: 'direct' | 'egress' | 'stopped';
}

/** Imports and services that belong together, by their numbers. */
export interface Part {
  readonly imports: ReadonlySet<number>;
  readonly services: ReadonlySet<number>;
  /** Exports: `<service> <cluster>`. */
  readonly exports: ReadonlySet<string>;
}

/** The part of a mesh that a filter lets through. A service that nobody imports has no path, so a path hides it. */
export function filtered(model: GraphModel, { cluster, namespace, path }: Filter): Part {
  const all = model.imports.map((_, number) => number);
  const imports = all.filter(number => {
    const item = model.imports[number];
    const clusters = [item.cluster, ...item.turns.map(turn => turn.cluster)];
    return (cluster === undefined || clusters.includes(cluster))
      && (namespace === undefined || item.namespace === namespace || model.services[item.service].namespace === namespace)
      && (path === undefined || (path === 'stopped' ? item.stopped.length > 0 : item.path === path));
  });
  const services = new Set(imports.map(number => model.imports[number].service));
  for (const [number, service] of path === undefined ? model.services.entries() : []) {
    const isShown = (cluster === undefined || service.exporters.includes(cluster))
      && (namespace === undefined || service.namespace === namespace);
    if (isShown) {
      services.add(number);
    }
  }
  const exporters = [...services].flatMap(number => model.services[number].exporters.map(exporter => exportKey(number, exporter)));
  return { imports: new Set(imports), services, exports: new Set(exporters) };
}

/** What belongs to a selection: consumers and exporters of services, and both directions of a cluster. */
export function lit(model: GraphModel, selection: Selection): Part {
  const imports = new Set<number>();
  const services = new Set<number>();
  const exporting = new Set<string>();
  const addImport = (number: number, only?: number) => {
    const { service, turns } = model.imports[number];
    imports.add(number);
    services.add(service);
    turns.map(({ cluster }) => cluster).filter(cluster => only === undefined || cluster === only).forEach(
      cluster => exporting.add(exportKey(service, cluster)),
    );
  };
  const addService = (number: number, only?: number) => {
    services.add(number);
    const { exporters } = model.services[number];
    exporters.filter(exporter => only === undefined || exporter === only).forEach(exporter => exporting.add(exportKey(number, exporter)));
  };
  for (const [number, item] of model.imports.entries()) {
    const isImporter = selection.kind === 'cluster' && item.cluster === selection.cluster
      || selection.kind === 'namespace' && item.cluster === selection.cluster && item.namespace === selection.namespace
      || selection.kind === 'service' && item.service === selection.service
      || selection.kind === 'group' && selection.services.includes(item.service);
    if (isImporter) {
      addImport(number);
    } else if (selection.kind === 'cluster' && item.turns.some(({ cluster }) => cluster === selection.cluster)) {
      addImport(number, selection.cluster);
    }
  }
  if (selection.kind === 'service' || selection.kind === 'group') {
    (selection.kind === 'service' ? [selection.service] : selection.services).forEach(number => addService(number));
  }
  if (selection.kind === 'cluster') {
    for (const [number, { exporters }] of model.services.entries()) {
      if (exporters.includes(selection.cluster)) {
        addService(number, selection.cluster);
      }
    }
  }
  return { imports, services, exports: exporting };
}

/** Key of an export in a part. */
export function exportKey(service: number, cluster: number): string {
  return `${service} ${cluster}`;
}
