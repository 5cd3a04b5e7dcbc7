import { objectsIn } from './content';
import type { DeclaredExport, Declarations, ForeignManifest } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** An exported Service in the same chart that no gateway can reach as declared. */
export function serviceShapes(declared: Declarations): Problem[] {
  if (declared.exports.length === 0) {
    return [];
  }
  const services = new Map(
    declared.manifests('Service', 'core').map(service => [`${service.metadata.namespace}/${service.metadata.name}`, service]),
  );
  // The gateway opens a Service of this library for a pod of a StatefulSet.
  return declared.exports.filter(({ governingService }) => governingService === undefined).flatMap(exported => {
    const service = services.get(`${exported.namespace}/${exported.name}`);
    return service ? shapeProblems(exported, service) : [];
  });
}

function shapeProblems(exported: DeclaredExport, service: ForeignManifest): Problem[] {
  const { clusterIP, type } = service.spec;
  const ports = objectsIn(service.spec.ports);
  const hiddenBy = service.metadata.annotations?.['networking.istio.io/exportTo'];
  const problem = (what: string, got: unknown, expected: string, fix: string) => ({
    code: MeshErrorCode.SERVICE_SHAPE,
    where: `export of ${exported.name}.${exported.namespace}`,
    path: exported.path,
    what,
    got,
    expected,
    fix,
  });
  if (type === 'ExternalName') {
    return [
      problem('an ExternalName Service, which has no pods', type, 'a Service with a clusterIP', 'export a Service that selects pods'),
    ];
  }
  return [
    ...clusterIP === 'None' ? [
      problem(
        'a headless Service',
        clusterIP,
        'a Service with a clusterIP',
        'export each pod of its StatefulSet with exportStatefulSet, or add a Service with a clusterIP for the same pods, and export that',
      ),
    ] : [],
    ...hidesFrom(exported, hiddenBy)
      ? [
        problem(
          'a Service that the namespace of the gateway does not see',
          hiddenBy,
          `an exportTo that includes "${exported.gateway.namespace}" or "*"`,
          'change the annotation networking.istio.io/exportTo',
        ),
      ] : [],
    ...exported.ports.flatMap(({ port }) => {
      const own = ports.find(candidate => candidate.port === port);
      if (!own) {
        return [
          problem(
            'a port that the Service does not have',
            port,
            ports.map(candidate => candidate.port).join(', ') || 'a port of the Service',
            'export the port number of the Service: the SNI names it',
          ),
        ];
      }
      return own.protocol === 'UDP' ? [problem('a UDP port', port, 'a TCP port', 'leave the port out: a gateway carries no UDP')] : [];
    }),
  ];
}

/** The annotation lists namespaces, "." for its own, "*" for all; "~" hides the Service from everybody. */
function hidesFrom(exported: DeclaredExport, annotation: string | undefined): boolean {
  if (annotation === undefined) {
    return false;
  }
  const targets = String(annotation).split(',').map(target => target.trim());
  const sameNamespace = exported.gateway.namespace === exported.namespace;
  return !targets.some(target => target === '*' || target === exported.gateway.namespace || target === '.' && sameNamespace);
}
