import { Construct } from 'constructs';
import { addSampleWorkload, SAMPLE_PROPS, SampleProps } from './sample-workload';
import { dialectOf } from '../istio/dialects';
import { checkedProps } from '../options/checked';

/**
 * Istio's sample `sleep`: a pod with curl, from which other services can be called.
 *
 * @example
 * new Sleep(chart, 'sleep', { istio: IstioRelease.V1_31, namespace: 'foo' });
 */
export class Sleep extends Construct {
  /**
   * Adds the Deployment, Service and ServiceAccount of sleep.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the namespace, and the release of the cluster
   * @throws MESH001 for an invalid namespace, MESH008 for `restricted` on Istio 1.5
   */
  public constructor(scope: Construct, id: string, props: SampleProps) {
    super(scope, id);
    const checked = checkedProps(SAMPLE_PROPS, this, props);
    const { sleepImage, sleepCommand, sleepLabels, sleepGracePeriodSeconds } = dialectOf(checked.istio).samples;
    addSampleWorkload(this, checked, {
      name: 'sleep',
      port: { name: 'http', port: 80 },
      podLabels: sleepLabels,
      podSpec: {
        terminationGracePeriodSeconds: sleepGracePeriodSeconds,
        containers: [{
          name: 'sleep',
          image: sleepImage,
          command: sleepCommand,
          imagePullPolicy: 'IfNotPresent',
          volumeMounts: [{ mountPath: '/etc/sleep/tls', name: 'secret-volume' }],
        }],
        volumes: [{ name: 'secret-volume', secret: { secretName: 'sleep-secret', optional: true } }],
      },
    });
  }
}
