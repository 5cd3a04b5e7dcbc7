import { Construct } from 'constructs';
import { SampleProps, sampleWorkload } from './sample-workload';
import { dialectOf } from '../istio/dialects';

/** Istio's sample `httpbin`: an HTTP service on port 8000 that tells what it was sent. */
export class Httpbin extends Construct {
  /** @throws MESH001 for an invalid namespace */
  public constructor(scope: Construct, id: string, props: SampleProps) {
    super(scope, id);
    const { httpbinImage, httpbinPort } = dialectOf(props.istio).samples;
    const container = { name: 'httpbin', image: httpbinImage, imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: httpbinPort }] };
    sampleWorkload(
      this,
      'httpbin',
      props,
      { name: 'http', port: 8000, targetPort: httpbinPort },
      { app: 'httpbin', version: 'v1' },
      { containers: [container] },
    );
  }
}
