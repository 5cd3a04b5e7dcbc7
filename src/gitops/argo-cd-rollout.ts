import { ApiObjectProps, Lazy } from 'cdk8s';
import type { ArgoCdRollout } from './argo-cd-rollout-options';
import type { ArgoCdSettings, RolloutSettings } from './argo-cd-settings';
import type { EngineObject, JointObject, JointPart } from './engine';
import { invalid } from './settings';
import { dnsLabel, labels } from '../names';

/**
 * Returns valid settings of a rollout.
 * @throws MESH037 for no steps, a repeated value or an invalid number, MESH001 for an invalid label or name
 */
export function rolloutSettings({ label, order, maxUpdate, name = 'mesh' }: ArgoCdRollout, where: string): RolloutSettings {
  order.forEach(value => labels({ [label]: value }, 'rollout', where));
  if (order.length === 0 || new Set(order).size < order.length || order.includes('')) {
    throw invalid(where, {
      what: 'the order of the rollout has no step, or a value without a meaning of its own',
      got: order,
      expected: "values of the label, each once, such as ['canary', 'production']",
      fix: 'write one value for each step; clusters without one of these values come last by themselves',
    });
  }
  if (maxUpdate !== undefined && !/^([1-9]\d{0,3}|([1-9]\d?|100)%)$/.test(maxUpdate)) {
    throw invalid(where, {
      what: 'invalid maxUpdate', got: maxUpdate, expected: 'a number or a percentage above 0, such as "1" or "25%"', fix: 'correct it',
    });
  }
  const count = /^\d+$/.test(maxUpdate ?? '') ? Number(maxUpdate) : maxUpdate;
  return { label, order, name: dnsLabel(name, 'ApplicationSet name', where), maxUpdate: count };
}

/**
 * ApplicationSet of all clusters of a hub. Each of its Applications is exactly the one that there would be without it, with the label of
 * the cluster: the ApplicationSet carries them as data, since the Applications of two clusters differ in more than a name.
 */
export function applicationSet({ namespace, labels: own }: ArgoCdSettings, rollout: RolloutSettings, single: EngineObject): JointObject {
  const { name, label, order, maxUpdate } = rollout;
  const step = (operator: string, values: string[]) => ({
    matchExpressions: [{ key: label, operator, values }], ...maxUpdate !== undefined && { maxUpdate },
  });
  return {
    single,
    partOf: application => partOf(application, label),
    object: parts => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name, namespace, ...own && { labels: own } },
      spec: {
        goTemplate: true,
        generators: [{
          merge: {
            mergeKeys: ['name'],
            generators: [{ list: { elements: Lazy.any({ produce: parts }) } }, { clusters: {} }],
          },
        }],
        strategy: { type: 'RollingSync', rollingSync: { steps: [...order.map(value => step('In', [value])), step('NotIn', order)] } },
        // As without an ApplicationSet: deletion of an Application deletes what it applied only where it has a finalizer of its own.
        syncPolicy: { preserveResourcesOnDeletion: true },
        template: {
          metadata: {
            name: '{{ .application.name }}',
            // A cluster that is not registered, or has no labels, has no metadata.
            labels: { [label]: `{{ with .metadata }}{{ with .labels }}{{ index . ${JSON.stringify(label)} }}{{ end }}{{ end }}` },
          },
          spec: { project: '{{ .application.project }}', destination: { name: '{{ .name }}' } },
        },
        templatePatch: '{"metadata":{{ toJson .application.metadata }},"spec":{{ toJson .application.spec }}}',
      },
    }),
  };
}

/** Metadata and spec of an Application, for a template that asks for its name and project by themselves. */
function partOf({ metadata, spec }: ApiObjectProps & { readonly spec?: any }, label: string): JointPart {
  const { name, labels: own = {}, annotations = {}, finalizers = [] } = metadata ?? {};
  const cluster: string = spec.destination.name;
  if (Object.hasOwn(own, label)) {
    throw invalid(`GitOps of '${cluster}'`, {
      what: 'labels set the label of the rollout',
      got: label,
      fix: 'leave it to the Secrets of the clusters, or name another label in the rollout',
    });
  }
  return { name: cluster, application: { name, spec, project: spec.project, metadata: { labels: own, annotations, finalizers } } };
}
