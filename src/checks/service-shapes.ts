import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { DeclaredExport, Declarations } from './declarations';

/** An exported Service that is at hand and cannot be reached through a gateway as declared. */
export function serviceShapes(declared: Declarations): Problem[] {
  if (declared.exports.length === 0) {return [];}
  const services = new Map(declared.manifests('Service', 'core').map(service => [`${service.metadata.namespace}/${service.metadata.name}`, service]));
  return declared.exports.flatMap(exported => {
    const service = services.get(`${exported.namespace}/${exported.name}`);
    return service ? shapeProblems(exported, service) : [];
  });
}

function shapeProblems(exported: DeclaredExport, service: any): Problem[] {
  const { ports = [], clusterIP, type } = service.spec ?? {};
  const hiddenBy = service.metadata.annotations?.['networking.istio.io/exportTo'];
  const problem = (what: string, got: unknown, expected: string, fix: string) => ({
    code: MeshErrorCode.SERVICE_SHAPE, where: `export of ${exported.name}.${exported.namespace}`, what, got, expected, fix,
  });
  if (type === 'ExternalName') {
    return [problem('an ExternalName Service, which has no pods', type, 'a Service with a clusterIP', 'export a Service that selects pods')];
  }
  return [
    ...clusterIP === 'None' ? [problem('a headless Service', clusterIP, 'a Service with a clusterIP', 'add a Service with a clusterIP for the same pods, and export that')] : [],
    ...hidesFrom(exported, hiddenBy)
      ? [problem('a Service that the gateway\'s namespace does not see', hiddenBy, `an exportTo that includes "${exported.gatewayNamespace}" or "*"`, 'change the annotation networking.istio.io/exportTo')] : [],
    ...exported.ports.flatMap(({ port }) => {
      const own = ports.find((p: any) => p.port === port);
      if (!own) {return [problem('a port that the Service does not have', port, ports.map((p: any) => p.port).join(', ') || 'a port of the Service', 'export the port number of the Service: the SNI names it')];}
      return own.protocol === 'UDP' ? [problem('a UDP port', port, 'a TCP port', 'leave the port out: nothing carries UDP through a gateway')] : [];
    }),
  ];
}

/** The annotation lists namespaces, "." for its own, "*" for all; "~" hides the Service from everybody. */
function hidesFrom(exported: DeclaredExport, annotation: string | undefined): boolean {
  if (annotation === undefined) {return false;}
  const targets = annotation.split(',').map(target => target.trim());
  const sameNamespace = exported.gatewayNamespace === exported.namespace;
  return !targets.some(target => target === '*' || target === exported.gatewayNamespace || target === '.' && sameNamespace);
}
