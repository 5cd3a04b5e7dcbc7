import { Construct } from 'constructs';
import { SampleProps, sampleWorkload } from './sample-workload';
import { dialectOf } from '../istio/dialects';

/** Istio's sample `sleep`: a pod to call others from. */
export class Sleep extends Construct {
  /** @throws MESH001 for an invalid namespace */
  public constructor(scope: Construct, id: string, props: SampleProps) {
    super(scope, id);
    const { samples } = dialectOf(props.istio);
    const container = {
      name: 'sleep',
      image: samples.sleepImage,
      command: samples.sleepCommand,
      imagePullPolicy: 'IfNotPresent',
      volumeMounts: [{ mountPath: '/etc/sleep/tls', name: 'secret-volume' }],
    };
    sampleWorkload(this, 'sleep', props, { name: 'http', port: 80 }, samples.sleepLabels, {
      ...samples.sleepGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds: samples.sleepGracePeriodSeconds },
      containers: [container],
      volumes: [{ name: 'secret-volume', secret: { secretName: 'sleep-secret', optional: true } }],
    });
  }
}
