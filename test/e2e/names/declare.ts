import type { DrawnNames } from './drawn';
import {
  CertManagerIssuer, EgressGateway, GatewayAddress, StringMatch, ImportName, ImportPath, ImportServiceOptions, IstioRelease, Mesh, MeshApp,
  MeshTrust, Routing, ServicePort, ServiceVersion,
} from '../../../src';
import { problemsOf } from '../../../src/errors/mesh-error';

/**
 * Writes the output of a mesh with drawn values. Returns the code of the error where the library refuses it; undefined where it was
 * written.
 * @throws any error that has no code: a user would not know what to change
 */
export function declare(drawn: DrawnNames, istio: IstioRelease, outdir: string): string | undefined {
  const { warn } = console;
  // What is drawn deserves many a second look.
  console.warn = () => undefined;
  try {
    declareMesh(drawn, istio, outdir).synth();
    return undefined;
  } catch (error) {
    return problemsOf(error)[0].code;
  } finally {
    console.warn = warn;
  }
}

function declareMesh(drawn: DrawnNames, istio: IstioRelease, outdir: string): MeshApp {
  const app = new MeshApp({ outdir });
  const mesh = new Mesh(app, 'mesh', { istio, suffix: drawn.suffix, trust: trustOf(drawn) });
  const exporting = mesh.addCluster(drawn.cluster, {
    clusterDomain: drawn.clusterDomain,
    trustDomain: drawn.trustDomain,
    ingressGateway: GatewayAddress.of(drawn.gateway, { port: drawn.gatewayPort }),
    locality: drawn.locality,
    revision: drawn.revision,
  });
  const importing = mesh.addCluster('importer', {
    egressGateway: egressGateway(drawn),
    trustDomain: drawn.trustDomain,
    importDefaults: { connectTimeout: drawn.connectTimeout },
    clusterDomain: drawn.clusterDomain,
    revision: drawn.revision,
  });
  const version = drawn.versionLabels === undefined
    ? ServiceVersion.of(drawn.version)
    : ServiceVersion.withLabels(drawn.version, drawn.versionLabels);
  const service = exporting.exportService(drawn.service, {
    namespace: drawn.namespace,
    ports: [ServicePort.of(drawn.protocol, drawn.portName, drawn.port)],
    versions: [version],
    workloadSelector: drawn.workloadSelector,
    serviceAccount: drawn.serviceAccount,
    onlyExportedPorts: drawn.onlyExportedPorts && drawn.kind !== 'local',
    addresses: drawn.vip === undefined ? undefined : [drawn.vip],
  });
  importing.importService(service, importOptions(drawn));
  return app;
}

function trustOf({ outside, duration, renewBefore }: DrawnNames): MeshTrust | undefined {
  switch (outside) {
    case 'cert-manager': return MeshTrust.certManager({ issuer: CertManagerIssuer.vault('root'), duration, renewBefore });
    case 'external-secrets': return MeshTrust.externalSecret({ store: 'vault', refreshInterval: duration });
    default: return undefined;
  }
}

function egressGateway({ egressName: name, egressSelector: selector, egressIp }: DrawnNames): EgressGateway {
  return egressIp === undefined ? EgressGateway.service({ name, selector }) : EgressGateway.clusterIp(egressIp, { name, selector });
}

function importOptions({ kind, importing, namespace, routed, version, protocol, header, regex }: DrawnNames): ImportServiceOptions {
  const all = Routing.weights({ [version]: 100 });
  const isHttp = ['http', 'http2', 'grpc', 'grpc-web'].includes(protocol);
  const routing = !routed ? undefined : isHttp ? all.whenHeaders({ [header]: StringMatch.regex(regex) }, { [version]: 100 }) : all;
  switch (kind) {
    case 'egress': return { namespace: importing, routing, via: ImportPath.egressGateway() };
    case 'local': return { namespace, routing, name: ImportName.local() };
    default: return { namespace: importing, routing };
  }
}
