import { FACTS_VERSION, FactsFile } from './facts';
import { factsFile } from './facts-file';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { FieldProblems } from '../files/fields';
import { addRepeated, ForeignJson, readForeignJson } from '../files/read-json';

const FACTS: ForeignJson = {
  name: 'cluster facts',
  code: MeshErrorCode.CLUSTER_FACTS,
  schemaVersion: FACTS_VERSION,
  // The content of a ConfigMap has a megabyte at most.
  maxBytes: 64 * 1024 * 1024,
  fix: 'write the file again with istio-mesh discover, or update this package',
};

/**
 * Reads facts of clusters that `istio-mesh discover` wrote.
 * @throws MESH104 for another file, with all problems of its fields, MESH055 for a file that cannot be read
 */
export function readFacts(path: string): FactsFile {
  return readForeignJson(path, FACTS, (data, problems) => {
    const file = factsFile(data, problems);
    if (file !== undefined && problems.isEmpty) {
      Object.entries(file.clusters).forEach(([cluster, facts]) => addRepeatedEntries(`clusters.${cluster}`, facts, problems));
    }
    return file;
  });
}

function addRepeatedEntries(path: string, { ingressGateway, services }: FactsFile['clusters'][string], problems: FieldProblems): void {
  addRepeated(ingressGateway?.addresses ?? [], String, `${path}.ingressGateway.addresses`, problems);
  addRepeated(services, ({ namespace, name }) => `${namespace}/${name}`, `${path}.services`, problems);
}

/** The text of a file of facts: the same facts are the same bytes. */
export function factsText({ clusters }: FactsFile): string {
  const inOrder = Object.fromEntries(Object.entries(clusters).sort(([a], [b]) => a < b ? -1 : 1));
  return `${JSON.stringify({ schemaVersion: FACTS_VERSION, clusters: inOrder }, null, 2)}\n`;
}
