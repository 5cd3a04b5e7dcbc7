import { Construct } from 'constructs';
import { addSampleWorkload, SAMPLE_PROPS, SampleProps } from './sample-workload';
import { dialectOf } from '../istio/dialects';
import { checkedProps } from '../options/checked';

/**
 * Istio's sample `httpbin`: an HTTP service on port 8000 that returns the request it received.
 *
 * @example
 * new Httpbin(chart, 'httpbin', { istio: IstioRelease.V1_31, namespace: 'bar' });
 */
export class Httpbin extends Construct {
  /**
   * Adds the Deployment, Service and ServiceAccount of httpbin.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the namespace, and the release of the cluster
   * @throws MESH001 for an invalid namespace, MESH008 for `restricted` on Istio 1.5
   */
  public constructor(scope: Construct, id: string, props: SampleProps) {
    super(scope, id);
    const checked = checkedProps(SAMPLE_PROPS, this, props);
    const { httpbinImage, httpbinPort } = dialectOf(checked.istio).samples;
    addSampleWorkload(this, checked, {
      name: 'httpbin',
      port: { name: 'http', port: 8000, targetPort: httpbinPort },
      podLabels: { app: 'httpbin', version: 'v1' },
      podSpec: {
        containers: [{ name: 'httpbin', image: httpbinImage, imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: httpbinPort }] }],
      },
    });
  }
}
