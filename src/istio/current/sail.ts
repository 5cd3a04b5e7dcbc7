import { merged, partsExcept, Values } from './own-values';
import type { ControlPlaneModel } from '../../model/control-plane-model';
import type { InstallFile } from '../../model/install-file';

/**
 * The same settings as an object of the Sail operator, which installs istiod. Gateways are installed by their charts.
 * @param values values of istiod, without those of the mesh configuration
 */
export function sailFile(settings: ControlPlaneModel, version: string, values: Values, meshConfig: Values): InstallFile {
  const own = partsExcept(settings.ownValues, ['cni', 'ztunnel', 'meshConfig']);
  return {
    name: 'sail-istio.yml',
    content: {
      apiVersion: 'sailoperator.io/v1',
      kind: 'Istio',
      // The operator names the revision of the control plane after this object.
      metadata: { name: settings.revision ?? 'default' },
      spec: {
        version,
        namespace: settings.istioNamespace,
        values: { ...merged(values, own), meshConfig },
      },
    },
  };
}
