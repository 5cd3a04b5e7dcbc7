import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct } from 'constructs';
import { dialectOf } from '../istio/dialects';
import { ISTIO_RELEASE, IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';
import { mark } from '../objects/provenance';
import { text } from '../options/kinds';
import { required, schema } from '../options/schema';

/** Properties of a sample workload of the guide. */
export interface SampleProps {
  /** Istio release of the sample, whose images and ports differ between releases. */
  readonly istio: IstioRelease;

  /** Namespace of the sample. */
  readonly namespace: string;
}

export const SAMPLE_PROPS = schema<SampleProps>({ istio: required(ISTIO_RELEASE), namespace: required(text) });

/** Workload with one Service. */
export interface SampleWorkload {
  /** Name of the ServiceAccount, the Service, the Deployment and the label `app`. */
  readonly name: string;
  /** Port of the Service. */
  readonly port: { readonly name: string; readonly port: number; readonly targetPort?: number };
  readonly podLabels: { [key: string]: string };
  /** Spec of the pods without the ServiceAccount. */
  readonly podSpec: { readonly [key: string]: unknown };
}

/** Adds the ServiceAccount, the Service and the Deployment of a sample. */
export function addSampleWorkload(scope: Construct, { istio, namespace }: SampleProps, workload: SampleWorkload): void {
  const { name, port, podLabels, podSpec } = workload;
  const metadata = { name, namespace: dnsLabel(namespace, 'namespace', `sample ${name}`) };
  const add = (id: string, object: ApiObjectProps) => mark(new ApiObject(scope, id, object), { isCleanedUp: true });
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
