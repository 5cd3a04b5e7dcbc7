import type { GatewayWorkloadModel } from '../../model/gateway-workload';

type Fields = { readonly [field: string]: any };

/** Fields of a gateway in an IstioOperator, below `k8s`, and values of its chart, below `values` and `unvalidatedValues`. */
export interface OperatorPods {
  readonly k8s: Fields;
  readonly values: Fields;
  readonly unvalidatedValues: Fields;
}

/**
 * The pods of a gateway for `istioctl install`. The numbers are values of the chart and no patches of its objects: Istio 1.30 decides
 * by the values whether there is a PodDisruptionBudget. Its schema lacks `replicaCount`, although its chart reads it.
 */
export function operatorPods(name: string, pods: GatewayWorkloadModel): OperatorPods {
  const { replicas, scaling, minAvailable = 1 } = pods;
  const { topologySpreadConstraints, ...placement } = placementOf(pods);
  return {
    k8s: {
      ...replicas !== undefined && { replicaCount: replicas },
      // The chart sets minAvailable to 1.
      ...minAvailable !== 1 && { podDisruptionBudget: { minAvailable } },
      ...placement,
      ...topologySpreadConstraints !== undefined && {
        overlays: [{
          kind: 'Deployment',
          name,
          patches: [{ path: 'spec.template.spec.topologySpreadConstraints', value: topologySpreadConstraints }],
        }],
      },
    },
    values: scaling
      ? {
        autoscaleMin: scaling.minReplicas,
        autoscaleMax: scaling.maxReplicas,
        cpu: { targetAverageUtilization: scaling.cpuUtilization },
      }
      : { autoscaleEnabled: false },
    unvalidatedValues: replicas === undefined ? {} : { replicaCount: replicas },
  };
}

/** The pods of a gateway as values of the chart `gateway`. */
export function chartPods(pods: GatewayWorkloadModel): Fields {
  const { replicas, scaling, minAvailable } = pods;
  return {
    ...scaling
      ? {
        autoscaling: {
          enabled: true,
          minReplicas: scaling.minReplicas,
          maxReplicas: scaling.maxReplicas,
          targetCPUUtilizationPercentage: scaling.cpuUtilization,
        },
      }
      : { replicaCount: replicas, autoscaling: { enabled: false } },
    ...minAvailable !== undefined && { podDisruptionBudget: { minAvailable } },
    ...placementOf(pods),
  };
}

/** Where the pods run and what they may use. The fields have the same names in both forms. */
function placementOf(pods: GatewayWorkloadModel): Fields {
  const { resources, priorityClassName, tolerations, nodeSelector, affinity, topologySpreadConstraints } = pods;
  return {
    ...resources && { resources },
    ...priorityClassName !== undefined && { priorityClassName },
    ...tolerations && { tolerations },
    ...nodeSelector && { nodeSelector },
    ...affinity && { affinity },
    ...topologySpreadConstraints.length > 0 && { topologySpreadConstraints },
  };
}
