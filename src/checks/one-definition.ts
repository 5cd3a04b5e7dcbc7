import type { DeclaredImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import type { IRemoteService } from '../model/remote-service';

/**
 * One host that a cluster imports twice, from two different descriptions of the service. Imports of one host share objects:
 * the route through the egress gateway and, on Istio 1.5, where every namespace sees every entry, the whole entry.
 */
export function oneDefinition({ imports }: Declarations): Problem[] {
  const first = new Map<string, DeclaredImport>();
  const inOrder = [...imports].sort((a, b) => a.namespace < b.namespace ? -1 : 1);
  return inOrder.flatMap(imported => {
    const { host } = imported.service;
    const other = first.get(host) ?? imported;
    first.set(host, other);
    const differences = [
      ...differingFacts(other.service, imported.service),
      ...imported.isScoped ? [] : differingImports(other, imported),
    ];
    return differences.map(what => ({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where: `imports of ${host}`,
      path: imported.path,
      what: `namespaces '${other.namespace}' and '${imported.namespace}' import it with different ${what}`,
      got: host,
      expected: 'one description of a host in a cluster',
      fix: 'import the same RemoteService or exported service, by the same path',
    }));
  });
}

function differingFacts(one: IRemoteService, other: IRemoteService): string[] {
  if (one === other) {
    return [];
  }
  const facts: Array<{ readonly name: string; readonly of: (service: IRemoteService) => unknown }> = [
    { name: 'ports', of: ({ ports }) => ports.map(({ name, port, protocol }) => [name, port, protocol]) },
    {
      name: 'exporters',
      of: ({ exporters }) => exporters.map(({ gateways, ...rest }) => [
        Object.entries(rest).sort(),
        gateways.map(({ address, port }) => [address, port]),
      ]),
    },
    { name: 'cluster domains', of: ({ clusterDomain }) => clusterDomain },
  ];
  return facts.filter(({ of }) => JSON.stringify(of(one)) !== JSON.stringify(of(other))).map(({ name }) => name);
}

function differingImports(one: DeclaredImport, other: DeclaredImport): string[] {
  const samePath = (one.egressGateway === undefined) === (other.egressGateway === undefined);
  const sameVips = JSON.stringify(one.addresses) === JSON.stringify(other.addresses);
  return [...samePath ? [] : ['paths to the gateway'], ...sameVips ? [] : ['VIPs']];
}
