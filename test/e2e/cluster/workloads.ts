import type { Kube } from './kube';

/**
 * Replaces the controllers of Deployments, autoscalers and load balancers in a cluster without pods: it reports that workloads are
 * available. The cluster must run without the deployment-controller, which would report the opposite.
 */
export class Workloads {
  /** Address of the load balancer of each available workload, by name. */
  private readonly available = new Map<string, string>();
  private timer?: NodeJS.Timeout;

  public constructor(private readonly kube: Kube, private readonly namespace: string) {}

  /** From now on, reports the Deployment, the autoscaler and the Service with this name as available. */
  public makeAvailable(name: string, address = this.kube.address): void {
    this.available.set(name, address);
    // Each change of a Deployment, for example by a second sync, needs a new report.
    this.timer ??= setInterval(() => void this.report(), 500).unref();
  }

  public stop(): void {
    clearInterval(this.timer);
  }

  private async report(): Promise<void> {
    for (const [name, address] of this.available) {
      const reports = [this.reportDeployment(name), this.reportAutoscaler(name), this.reportService(name, address)];
      // The next turn reports an object that does not exist yet, or that has just changed.
      await Promise.all(reports.map(report => report.catch(() => undefined)));
    }
  }

  private async reportDeployment(name: string): Promise<void> {
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

  private async reportAutoscaler(name: string): Promise<void> {
    const path = `/apis/autoscaling/v2/namespaces/${this.namespace}/horizontalpodautoscalers/${name}`;
    const { status } = await this.kube.api('GET', path);
    if (status?.conditions) {
      return;
    }
    const conditions = [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }];
    await this.patch(path, { currentReplicas: 1, desiredReplicas: 1, conditions });
  }

  private async reportService(name: string, address: string): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/services/${name}`;
    const { spec, status } = await this.kube.api('GET', path);
    if (spec.type === 'LoadBalancer' && !status.loadBalancer?.ingress) {
      await this.patch(path, { loadBalancer: { ingress: [{ ip: address }] } });
    }
  }

  private async patch(path: string, status: object): Promise<void> {
    await this.kube.api('PATCH', `${path}/status`, { status }, 'application/merge-patch+json');
  }
}
