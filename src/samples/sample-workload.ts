import { ApiObjectProps } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';
import { OwnObject } from '../objects/provenance';
import { flag, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Properties of a sample workload of the guide. */
export interface SampleProps {
  /** Istio release of the sample, whose images and ports differ between releases. */
  readonly istio: IstioRelease;

  /** Namespace of the sample. */
  readonly namespace: string;

  /**
   * Whether the pods fit the Pod Security Standard `restricted`. Istio 1.5 does not support it, since its images run as root.
   * @default false - the pods are those of Istio's sample
   */
  readonly restricted?: boolean;
}

export const SAMPLE_PROPS = schema<SampleProps>({
  istio: required(ISTIO_RELEASE),
  namespace: required(text),
  restricted: optional(flag),
});

/** Workload with one Service. */
export interface SampleWorkload {
  /** Name of the ServiceAccount, the Service, the Deployment and the label `app`. */
  readonly name: string;
  /** Port of the Service. */
  readonly port: { readonly name: string; readonly port: number; readonly targetPort?: number };
  readonly podLabels: { [key: string]: string };
  /** Spec of the pods without the ServiceAccount. */
  readonly podSpec: { readonly containers: object[]; readonly [key: string]: unknown };
}

/** Adds the ServiceAccount, the Service and the Deployment of a sample. */
export function addSampleWorkload(scope: Construct, { istio, namespace, restricted = false }: SampleProps, workload: SampleWorkload): void {
  const { name, port, podLabels } = workload;
  const podSpec = restricted ? restrictedPodSpec(workload, istio) : workload.podSpec;
  const metadata = { name, namespace: dnsLabel(namespace, 'namespace', `sample ${name}`) };
  const { metadata: outside } = dialectOf(istio).api;
  const add = (id: string, object: ApiObjectProps) => new OwnObject(scope, id, object, { isOwnContent: false, isCleanedUp: true }, outside);
  add('service-account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  add('service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { app: name, ...dialectOf(istio).samples.serviceLabels(name) } },
    spec: { ports: [port], selector: { app: name } },
  });
  add('deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { serviceAccountName: name, ...podSpec } },
    },
  });
}

/**
 * Returns the spec of the pods with what the Pod Security Standard `restricted` asks for.
 * @throws MESH008 on Istio 1.5
 */
function restrictedPodSpec({ name, podSpec }: SampleWorkload, istio: IstioRelease): SampleWorkload['podSpec'] {
  const { restrictedUser: user } = dialectOf(istio).samples;
  if (user === undefined) {
    throw new MeshError({
      code: MeshErrorCode.RELEASE,
      where: `sample ${name}`,
      what: `the images of the sample for Istio ${istio.version} run as root`,
      got: 'restricted: true',
      fix: 'leave restricted out, or use a supported release',
    });
  }
  return {
    securityContext: { runAsNonRoot: true, runAsUser: user, runAsGroup: user, seccompProfile: { type: 'RuntimeDefault' } },
    ...podSpec,
    containers: podSpec.containers.map(
      container => ({ ...container, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }),
    ),
  };
}
