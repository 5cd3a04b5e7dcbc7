import type { DeclaredLocalImport } from './declarations';
import type { Problem } from '../errors/problem';
import { catalogOriginOf } from '../model/catalog-origin';
import type { IRemoteService } from '../model/remote-service';

type Labels = { [key: string]: string };

/** The selector that the exporters of a service name. */
export function exportedSelector(service: IRemoteService): Labels | undefined {
  return service.exporters.map(({ workloadSelector }) => workloadSelector).find(selector => selector !== undefined);
}

/** Whether the catalog of a service names a selector, which the importer has to name too. */
export function hasCatalogSelector(service: IRemoteService): boolean {
  return catalogOriginOf(service) !== undefined && exportedSelector(service) !== undefined;
}

/**
 * Labels of pods that an import under a local name would take from a catalog. Istio makes a WorkloadEntry an endpoint of every Service
 * of its namespace that selects its labels, so the labels decide which Services lead to remote gateways: the importer names them.
 */
export function catalogLabels(imported: DeclaredLocalImport): Array<Omit<Problem, 'code' | 'where'>> {
  const { service, selector, versionLabels, exporters } = imported;
  if (catalogOriginOf(service) === undefined) {
    return [];
  }
  const named = new Map(Object.entries(versionLabels ?? {}));
  // Exporters may contradict each other, so each of their labels is compared.
  const ofCatalog = exporters.flatMap(exporter => Object.entries(exporter.versionLabels ?? {}));
  const unnamed = ofCatalog.filter(([version, podLabels]) => !sameLabels(podLabels, named.get(version) ?? { version }));
  return [
    ...selector !== undefined || !hasCatalogSelector(service) ? [] : [{
      what: 'only a catalog says which labels the pods have, and a later copy could give those of another Service to remote gateways',
      got: exportedSelector(service),
      expected: 'the labels of the pods, named by the importer',
      fix: `add to ImportName.local: { selector: ${code(exportedSelector(service))} }`,
    }],
    ...unnamed.length === 0 ? [] : [{
      what: 'the catalog gives versions other labels than the importer names, which Services could select',
      got: Object.fromEntries(unnamed),
      expected: JSON.stringify(Object.fromEntries(unnamed.map(([version]) => [version, named.get(version) ?? { version }]))),
      fix: `add to ImportName.local: { versionLabels: ${code(Object.fromEntries(ofCatalog))} }`,
    }],
  ];
}

function sameLabels(some: Labels, others: Labels): boolean {
  const text = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());
  return text(some) === text(others);
}

/** Labels as code. */
function code(value: object | undefined): string {
  return JSON.stringify(value).replace(/"/g, "'").replace(/([:,])/g, '$1 ').replace(/\{/g, '{ ').replace(/\}/g, ' }');
}
