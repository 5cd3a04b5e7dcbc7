import type { Kube } from './kube';

/**
 * Stands in for the controllers of Deployments, autoscalers and load balancers where no pods run: it reports that what
 * it is told of works, as they would. The cluster has to run without the deployment-controller, which would object.
 */
export class Workloads {
  private readonly working = new Map<string, string>();
  private timer?: NodeJS.Timeout;

  public constructor(private readonly kube: Kube, private readonly namespace: string) {}

  /** From now on the Deployment of a name works, and so do the autoscaler and the Service of that name. */
  public works(name: string, address = this.kube.address): void {
    this.working.set(name, address);
    // Each change of a Deployment has to be observed anew, as when a sync is tried again.
    this.timer ??= setInterval(() => void this.report(), 500).unref();
  }

  public stop(): void {
    clearInterval(this.timer);
  }

  private async report(): Promise<void> {
    for (const [name, address] of this.working) {
      // What is not there yet, or has just changed, is reported the next time.
      await Promise.all(
        [this.deployment(name), this.autoscaler(name), this.service(name, address)].map(done => done.catch(() => undefined)),
      );
    }
  }

  private async deployment(name: string): Promise<void> {
    const path = `/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}`;
    const { metadata: { generation }, spec: { replicas }, status } = await this.kube.api('GET', path);
    if (status.observedGeneration === generation) {
      return;
    }
    await this.patch(path, {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }],
    });
  }

  private async autoscaler(name: string): Promise<void> {
    const path = `/apis/autoscaling/v2/namespaces/${this.namespace}/horizontalpodautoscalers/${name}`;
    const { status } = await this.kube.api('GET', path);
    if (status?.conditions) {
      return;
    }
    await this.patch(
      path,
      { currentReplicas: 1, desiredReplicas: 1, conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }] },
    );
  }

  private async service(name: string, address: string): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/services/${name}`;
    const { spec, status } = await this.kube.api('GET', path);
    if (spec.type === 'LoadBalancer' && !status.loadBalancer?.ingress) {
      await this.patch(
        path,
        { loadBalancer: { ingress: [{ ip: address }] } },
      );
    }
  }

  private async patch(path: string, status: object): Promise<void> {
    await this.kube.api('PATCH', `${path}/status`, { status }, 'application/merge-patch+json');
  }
}
