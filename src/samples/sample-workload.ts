import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct } from 'constructs';
import { dialectOf } from '../istio/dialects';
import { IstioRelease } from '../model/istio-release';
import { dnsLabel } from '../names';
import { mark } from '../objects/provenance';

/** Where a sample of the guide goes. */
export interface SampleProps {
  /** Release whose sample it is: images and ports differ. */
  readonly istio: IstioRelease;

  /** Namespace of the sample. */
  readonly namespace: string;
}

/** A sample's ServiceAccount, Service and Deployment, all of one name. */
export function sampleWorkload(
  scope: Construct, name: string, props: SampleProps, port: { [key: string]: unknown },
  podLabels: { [key: string]: string }, pod: { [key: string]: unknown },
): void {
  const namespace = dnsLabel(props.namespace, 'namespace', `sample ${name}`);
  const metadata = { name, namespace };
  const add = (id: string, object: ApiObjectProps) => mark(new ApiObject(scope, id, object), { isCleanedUp: true });
  add('service-account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  add('service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { app: name, ...dialectOf(props.istio).samples.serviceLabels(name) } },
    spec: { ports: [port], selector: { app: name } },
  });
  add('deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { serviceAccountName: name, ...pod } },
    },
  });
}
