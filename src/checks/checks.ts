import { Construct } from 'constructs';
import { authorization, possibleAuthorization } from './authorization';
import { Declarations, declarationsOf } from './declarations';
import { duplicateHosts } from './duplicate-hosts';
import { egressListeners, possibleEgressListeners } from './egress-listeners';
import { egressSnis } from './egress-snis';
import { foreignVips } from './foreign-vips';
import { gatewayHosts, possibleGatewayHosts } from './gateway-hosts';
import { hiddenImports } from './hidden-imports';
import { hiddenSubsets } from './hidden-subsets';
import { localNames } from './local-names';
import { missingSubsets } from './missing-subsets';
import { missingVersions } from './missing-versions';
import { networkNames } from './network-names';
import { noExporters } from './no-exporters';
import { oneDefinition } from './one-definition';
import { openPorts } from './open-ports';
import { plainText } from './plain-text';
import { plainTextRules } from './plain-text-rules';
import { portProtocols, possiblePortProtocols } from './port-protocols';
import { priorities } from './priorities';
import { privateKeys } from './private-keys';
import { routedClusters } from './routed-clusters';
import { rulesWithoutTls } from './rules-without-tls';
import { sameObjects } from './same-objects';
import { secondRoutes } from './second-routes';
import { serviceShapes } from './service-shapes';
import { sharedCallers } from './shared-callers';
import { possibleStatefulSets, statefulSets } from './stateful-sets';
import { unboundCatalogs } from './unbound-catalogs';
import { unknownSubsets } from './unknown-subsets';
import { unmergedRules } from './unmerged-rules';
import { unmeshedNamespaces } from './unmeshed-namespaces';
import { vipConflicts } from './vip-conflicts';
import { possibleWorkloadSelectors, workloadSelectors } from './workload-selectors';
import type { Problem } from '../errors/problem';
import { addCheck, addWarnings } from '../errors/reports';

type Check = (declared: Declarations) => Problem[];

/**
 * The checks of a whole cluster: mistakes that no single object shows. Each check reads what is declared in a chart and the
 * objects beside it, the user's own included, and returns what is wrong.
 */
const CHECKS: Check[] = [
  sameObjects,
  noExporters,
  oneDefinition,
  vipConflicts,
  foreignVips,
  duplicateHosts,
  rulesWithoutTls,
  unmergedRules,
  secondRoutes,
  unknownSubsets,
  hiddenImports,
  missingSubsets,
  hiddenSubsets,
  missingVersions,
  routedClusters,
  serviceShapes,
  statefulSets,
  portProtocols,
  gatewayHosts,
  egressListeners,
  plainText,
  plainTextRules,
  workloadSelectors,
  sharedCallers,
  authorization,
  egressSnis,
  localNames,
  networkNames,
  priorities,
  privateKeys,
];

/** Checks whose result depends on what a synth cannot see, such as the labels of pods and objects outside the chart. */
const WARNINGS: Check[] = [
  unmeshedNamespaces,
  possiblePortProtocols,
  possibleGatewayHosts,
  possibleEgressListeners,
  possibleWorkloadSelectors,
  possibleAuthorization,
  openPorts,
  possibleStatefulSets,
  unboundCatalogs,
];

/**
 * The declarations of the chart that a construct stands in. The first construct of this library in a chart adds the checks
 * to the chart, so a plain `App` and `Testing.synth` run them too.
 */
export function checkedDeclarations(scope: Construct): Declarations {
  return declarationsOf(scope, declared => {
    const run = (checks: Check[]) => () => declared.check(() => checks.flatMap(check => check(declared)));
    addCheck(declared.chart, run(CHECKS));
    addWarnings(declared.chart, run(WARNINGS));
  });
}
