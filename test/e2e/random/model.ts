import {
  ClusterDeclaration, ExportDeclaration, ImportDeclaration, MeshDeclaration, PortDeclaration, hasReached, isLocal,
} from './declaration';
import type { Call, ClusterExpectation, ExpectedCall, ExpectedOpening } from './expectation';
import { OUTSIDER, callTo, callsOf, kindOf } from './import-kinds';
import { hostOf, openedService, sniOf, versionsOf } from './serving';
import { SECRET, podsOf } from './workloads';

/**
 * What must follow from a declaration, cluster by cluster. Nothing here is read from what the library writes: this is a second
 * reading of the same declaration.
 */
export function expectationOf(mesh: MeshDeclaration): ClusterExpectation[] {
  return mesh.clusters.map(cluster => ({
    ingress: ingressOf(cluster, mesh),
    egress: cluster.egress && egressOf(cluster, mesh),
    calls: [...active(cluster, mesh).flatMap(imported => callsOf(imported, mesh)), ...undeclaredCalls(cluster, mesh)],
  }));
}

/** An export opens the non-UDP ports of its Service, for all pods and for each version, until its cluster has closed its services. */
function ingressOf(cluster: ClusterDeclaration, mesh: MeshDeclaration): ExpectedOpening[] {
  if (hasReached(cluster, 'SERVICES')) {
    return [];
  }
  const isOwn = (exported: ExportDeclaration) => exported.cluster === cluster.name;
  const opened = mesh.services.flatMap(service => service.exports.filter(isOwn).flatMap(exported => {
    const pods = podsOf(service, exported, mesh);
    const ports = [...service.ports, ...service.onlyPorts ? [] : service.extraPorts].filter(({ protocol }) => protocol !== 'udp');
    return ports.flatMap(({ port }) => [undefined, ...exported.versions].map(version => ({
      sni: `outbound_.${port}_.${version?.name ?? ''}_.${openedService(service)}.${service.namespace}.svc.${cluster.domain}`,
      tiers: [pods.filter(pod => Object.entries(version?.labels ?? {}).every(([key, value]) => pod.labels[key] === value))
        .map(({ ip }) => ({ address: `${ip} port ${port}`, weight: 1 }))],
    })));
  }));
  return [...opened, ...deadEnds(cluster, mesh)];
}

/**
 * An import under a local name defines the versions of other clusters for the Service that its own cluster exports, so the gateway knows
 * their names. It has no pods behind them.
 */
function deadEnds(cluster: ClusterDeclaration, mesh: MeshDeclaration): ExpectedOpening[] {
  return importsOf(cluster, mesh).filter(isLocal).flatMap(imported => {
    const { service } = imported;
    const own = service.exports.find(exported => exported.cluster === cluster.name);
    const foreign = own ? versionsOf(imported, mesh).filter(version => !own.versions.some(({ name }) => name === version)) : [];
    return service.ports.flatMap(({ port }) => foreign.map(version => ({ sni: sniOf(imported, port, version, mesh), tiers: [] })));
  });
}

/** Imports of one service share their way through the gateway; one that retires keeps it. */
function egressOf(cluster: ClusterDeclaration, mesh: MeshDeclaration): ExpectedOpening[] {
  if (hasReached(cluster, 'SERVICES')) {
    return [];
  }
  const openings = importsOf(cluster, mesh).flatMap(imported => kindOf(imported).egressOf(imported, mesh));
  return [...new Map(openings.map(opening => [opening.sni, opening])).values()];
}

/** The imports of a cluster that can be called. */
function active(cluster: ClusterDeclaration, mesh: MeshDeclaration): ImportDeclaration[] {
  return hasReached(cluster, 'SERVICES') ? [] : importsOf(cluster, mesh).filter(({ retire }) => !retire);
}

function importsOf({ name }: ClusterDeclaration, mesh: MeshDeclaration): ImportDeclaration[] {
  return mesh.imports.filter(({ cluster }) => cluster === name);
}

/**
 * Calls that nobody declared, so they must end nowhere: from every namespace at hand to every host of the mesh that it does
 * not import, and to ports of its imports that they do not have.
 */
function undeclaredCalls(cluster: ClusterDeclaration, mesh: MeshDeclaration): ExpectedCall[] {
  const imports = active(cluster, mesh);
  const namespaces = [...new Set([...importsOf(cluster, mesh).map(({ namespace }) => namespace), OUTSIDER])];
  const secrets = [...new Set(mesh.services.map(({ namespace, suffix }) => `${SECRET}.${namespace}.${suffix}`))];
  const ports = mesh.services.flatMap(service => service.ports);
  return namespaces.flatMap(namespace => {
    const own = imports.filter(imported => imported.namespace === namespace);
    const known = own.map(imported => kindOf(imported).hostOf(imported, mesh));
    const elsewhere = mesh.services.filter(service => !known.includes(hostOf(service)));
    return [
      ...elsewhere.flatMap(service => service.ports.map(port => nowhere(callTo(namespace, hostOf(service), port)))),
      ...secrets.map(host => nowhere(callTo(namespace, host, ports[0]))),
      ...own.flatMap(imported => otherPorts(ports, imported.service.ports).map(port => ({
        ...nowhere(callTo(namespace, kindOf(imported).hostOf(imported, mesh), port)), vips: kindOf(imported).vipsOf(imported, mesh),
      }))),
    ];
  });
}

function nowhere(call: Call): ExpectedCall {
  return { call, routes: [], areSharesPromised: true };
}

/** Some ports of other services, and one of none. */
function otherPorts(ports: PortDeclaration[], own: PortDeclaration[]): PortDeclaration[] {
  const others = [...ports, { protocol: 'http', name: 'none', port: 7 }].filter(({ port }) => !own.some(o => o.port === port));
  return [...new Map(others.map(port => [port.port, port])).values()].slice(-3);
}

/** Where the pods of a gateway run, and their labels. */
export interface GatewayPods {
  readonly namespace: string;
  readonly labels: { readonly [key: string]: string };
}

/** The gateways of a cluster, as the judge is asked for them: what their pods are labelled with, and where they run. */
export function gatewayPods({ istioNamespace, selector, egress }: ClusterDeclaration): GatewayPods[] {
  return [
    { namespace: istioNamespace, labels: selector ?? { istio: 'ingressgateway' } },
    ...egress ? [{ namespace: egress.namespace ?? istioNamespace, labels: egress.selector ?? { istio: 'egressgateway' } }] : [],
  ];
}
