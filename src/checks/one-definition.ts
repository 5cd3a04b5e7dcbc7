import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { DeclaredImport, Declarations } from './declarations';
import type { IRemoteService } from '../model/remote-service';

/**
 * One host imported twice into a cluster, from two descriptions of the service. They share what stands for the host: the
 * way through the egress gateway, and on Istio 1.5, where every namespace sees every entry, the entry as a whole.
 */
export function oneDefinition({ imports }: Declarations): Problem[] {
  const first = new Map<string, DeclaredImport>();
  const inOrder = [...imports].sort((a, b) => a.namespace < b.namespace ? -1 : 1);
  return inOrder.flatMap(imported => {
    const { host } = imported.service;
    const other = first.get(host) ?? imported;
    first.set(host, other);
    const differences = [...differingFacts(other.service, imported.service), ...imported.scoped ? [] : differingWays(other, imported)];
    return differences.map(what => ({
      code: MeshErrorCode.EXPORTERS_DISAGREE,
      where: `imports of ${host}`,
      what: `namespaces '${other.namespace}' and '${imported.namespace}' import it with different ${what}`,
      got: host,
      expected: 'one description of a host in a cluster',
      fix: 'import the same RemoteService or handle, in the same way',
    }));
  });
}

function differingFacts(a: IRemoteService, b: IRemoteService): string[] {
  if (a === b) {return [];}
  const facts: Array<[string, (s: IRemoteService) => unknown]> = [
    ['ports', s => s.ports.map(({ name, port, protocol }) => [name, port, protocol])],
    ['exporters', s => s.exporters.map(({ gateways, ...rest }) => [Object.entries(rest).sort(), gateways.map(({ address, port }) => [address, port])])],
    ['cluster domains', s => s.clusterDomain],
  ];
  return facts.filter(([, fact]) => JSON.stringify(fact(a)) !== JSON.stringify(fact(b))).map(([what]) => what);
}

function differingWays(a: DeclaredImport, b: DeclaredImport): string[] {
  return [
    ...a.viaEgress === b.viaEgress ? [] : ['ways to the gateway'],
    ...JSON.stringify(a.addresses()) === JSON.stringify(b.addresses()) ? [] : ['VIPs'],
  ];
}
