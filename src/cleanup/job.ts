/** Settings of the Job of a clean-up. */
export interface CleanupJob {
  /** Name of the ServiceAccount and of the ConfigMap with the script. */
  readonly name: string;
  readonly image: string;
  /** Whether Argo CD runs and deletes the Job. */
  readonly isHook: boolean;
}

/** Time for which an ended Job can be looked at, in seconds. Once it is gone, `kubectl apply` of the same folder runs it again. */
const KEPT = 600;

/** The spec of the Job of a clean-up: a pod with a shell and kubectl that can write to its own /tmp only. */
export function cleanupJob({ name, image, isHook }: CleanupJob): object {
  return {
    backoffLimit: 2,
    ...!isHook && { ttlSecondsAfterFinished: KEPT },
    template: {
      metadata: { labels: { 'app': name, 'sidecar.istio.io/inject': 'false' } },
      spec: {
        serviceAccountName: name,
        restartPolicy: 'Never',
        securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: 'clean-up',
          image,
          command: ['/bin/sh', '/clean-up/clean-up.sh'],
          // kubectl caches the API groups of the server in its home folder.
          env: [{ name: 'HOME', value: '/tmp' }],
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
          securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'script', mountPath: '/clean-up', readOnly: true }, { name: 'tmp', mountPath: '/tmp' }],
        }],
        volumes: [{ name: 'script', configMap: { name } }, { name: 'tmp', emptyDir: {} }],
      },
    },
  };
}
