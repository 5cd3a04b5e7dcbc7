import { Construct } from 'constructs';
import { Declarations, declarationsOf } from './declarations';
import { duplicateHosts } from './duplicate-hosts';
import { egressSnis } from './egress-snis';
import { gatewayHosts } from './gateway-hosts';
import { localNames } from './local-names';
import { missingSubsets } from './missing-subsets';
import { missingVersions } from './missing-versions';
import { noExporters } from './no-exporters';
import { oneDefinition } from './one-definition';
import { openPorts } from './open-ports';
import { plainText } from './plain-text';
import { priorities } from './priorities';
import { privateKeys } from './private-keys';
import { rulesWithoutTls } from './rules-without-tls';
import { sameObjects } from './same-objects';
import { serviceShapes } from './service-shapes';
import { vipConflicts } from './vip-conflicts';
import type { Problem } from '../errors/problem';
import { addCheck, addWarnings } from '../errors/reports';

/**
 * The checks of a whole cluster: mistakes that no single object shows. Each check reads what is declared in a chart and the
 * objects beside it, the user's own included, and returns what is wrong.
 */
const CHECKS: Array<(declared: Declarations) => Problem[]> = [
  sameObjects,
  noExporters,
  oneDefinition,
  vipConflicts,
  duplicateHosts,
  rulesWithoutTls,
  missingSubsets,
  missingVersions,
  serviceShapes,
  gatewayHosts,
  plainText,
  egressSnis,
  localNames,
  priorities,
  privateKeys,
];

/** What works and deserves a second look. */
const WARNINGS: Array<(declared: Declarations) => Problem[]> = [openPorts];

/**
 * The declarations of the chart that a construct stands in. The first construct of this library in a chart adds the checks
 * to the chart, so a plain `App` and `Testing.synth` run them too.
 */
export function checkedDeclarations(scope: Construct): Declarations {
  return declarationsOf(scope, declared => {
    addCheck(declared.chart, () => declared.check(() => CHECKS.flatMap(check => check(declared))));
    addWarnings(declared.chart, () => declared.check(() => WARNINGS.flatMap(check => check(declared))));
  });
}
