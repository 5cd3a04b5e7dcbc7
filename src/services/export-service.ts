import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { objectsIn } from '../checks/content';
import type { DeclaredExport, Declarations } from '../checks/declarations';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { IstioRelease } from '../model/istio-release';
import type { ServicePort } from '../model/service-port';
import type { ServiceVersion } from '../model/service-version';
import { OwnObject } from '../objects/provenance';

/** What the Service of an export consists of. */
interface ExportServiceFacts {
  readonly name: string;
  readonly namespace: string;
  readonly selector: { [key: string]: string };
  readonly ports: ServicePort[];
  /** Target port of a port: a name, or a number as text. It is asked for at synth, when the whole chart is known. */
  readonly targetPort: (port: ServicePort) => string;
  /** Whether pods that are not ready are endpoints too. */
  readonly publishNotReadyAddresses: () => boolean;
}

/** Service of an export, for the pods of the exported Service, with the exported ports alone. */
export class ExportService extends OwnObject {
  public constructor(scope: Construct, { name, namespace, selector, ports, targetPort, publishNotReadyAddresses }: ExportServiceFacts) {
    super(scope, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: Lazy.any({
        produce: () => ({
          selector,
          ...publishNotReadyAddresses() && { publishNotReadyAddresses: true },
          ports: ports.map(port => ({
            name: port.name,
            port: port.port,
            targetPort: numberOrName(targetPort(port)),
            protocol: 'TCP',
            appProtocol: port.protocol,
          })),
        }),
      }),
    });
  }
}

/** Target port that the Service of an export has for a port, where the Service stands in the same chart; else the port itself. */
export function targetPortOf(declared: Declarations, exported: DeclaredExport, { port }: ServicePort): string {
  const ports = objectsIn(declared.serviceOf(exported)?.spec.ports);
  return String(ports.find(candidate => candidate.port === port)?.targetPort ?? port);
}

/** Whether the governing Service of a pod publishes pods that are not ready, where it stands in the same chart. */
export function publishesNotReadyAddresses(declared: Declarations, exported: DeclaredExport): boolean {
  return exported.governingService !== undefined && declared.serviceOf(exported)?.spec.publishNotReadyAddresses === true;
}

/** What decides whether an export can have a Service of its own. */
interface LimitedExport {
  readonly istio: IstioRelease;
  readonly governingService?: string;
  readonly versions?: ServiceVersion[];
  readonly ports?: ServicePort[];
}

/** Throws where an export cannot have a Service of its own. */
export function refuseOwnService({ istio, governingService, versions = [], ports = [] }: LimitedExport, where: string): void {
  const isPod = governingService !== undefined;
  const got = isPod ? 'a pod of a StatefulSet' : 'onlyExportedPorts: true';
  if (!dialectOf(istio).importsLocalNames) {
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where,
      what: `the gateway of Istio ${istio.version} opens every Service, so an export cannot ${isPod ? 'open one pod' : 'limit its ports'}`,
      got,
      fix: isPod ? 'use a supported release' : 'leave onlyExportedPorts out, or use a supported release',
    });
  }
  if (ports.length === 0) {
    const what = isPod ? 'the export of a pod needs its ports' : 'onlyExportedPorts needs the exported ports';
    throw new MeshError({ code: MeshErrorCode.EMPTY, where, what, got, fix: 'add ports' });
  }
  const existing = versions.filter(({ podLabels }) => podLabels === undefined).map(({ name }) => name);
  if (existing.length > 0) {
    throw new MeshError({
      code: MeshErrorCode.ROUTING,
      where,
      what: 'a version of a rule of your own, which is for the Service and not for the one that the gateway opens',
      got: existing,
      expected: 'versions with labels',
      fix: 'write ServiceVersion.of(...) or ServiceVersion.withLabels(...), or leave onlyExportedPorts out',
    });
  }
}

/** Kubernetes takes a name of digits for a name, so a number is written as one. */
function numberOrName(targetPort: string): string | number {
  return /^[0-9]+$/.test(targetPort) ? Number(targetPort) : targetPort;
}
