import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { madeHere } from '../objects/provenance';
import { dnsLabel } from '../names';
import type { SampleProps } from './sleep';

/** A sample's ServiceAccount, Service and Deployment, all of one name. */
export function sampleWorkload(
  scope: Construct, name: string, props: SampleProps, port: { [key: string]: unknown },
  podLabels: { [key: string]: string }, pod: { [key: string]: unknown },
): void {
  const namespace = dnsLabel(props.namespace, 'namespace', `sample ${name}`);
  const metadata = { name, namespace };
  madeHere(new ApiObject(scope, 'service-account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata }));
  madeHere(new ApiObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { app: name, ...props.istio._dialect.samples.serviceLabels(name) } },
    spec: { ports: [port], selector: { app: name } },
  }));
  madeHere(new ApiObject(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { serviceAccountName: name, ...pod } },
    },
  }));
}
