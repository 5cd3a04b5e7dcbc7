import { Construct } from 'constructs';
import { Problem, problemText } from '../errors/mesh-error';
import { Declarations, declarationsOf } from './declarations';
import { duplicateHosts } from './duplicate-hosts';
import { egressSnis } from './egress-snis';
import { gatewayHosts } from './gateway-hosts';
import { missingSubsets } from './missing-subsets';
import { noExporters } from './no-exporters';
import { oneDefinition } from './one-definition';
import { plainText } from './plain-text';
import { privateKeys } from './private-keys';
import { rulesWithoutTls } from './rules-without-tls';
import { sameObjects } from './same-objects';
import { serviceShapes } from './service-shapes';
import { vipConflicts } from './vip-conflicts';

/**
 * What a whole cluster shows that one object cannot. Each looks at what was declared in a chart and at the objects beside
 * it, the user's own included, and returns what is wrong.
 */
const CHECKS: Array<(declared: Declarations) => Problem[]> = [
  sameObjects, noExporters, oneDefinition, vipConflicts, duplicateHosts, rulesWithoutTls, missingSubsets, serviceShapes, gatewayHosts, plainText,
  egressSnis, privateKeys,
];

/** The declarations of a chart; its first construct of this library brings the checks to the chart, whatever the app. */
export function checked(scope: Construct): Declarations {
  return declarationsOf(scope, declared => {
    const run = () => CHECKS.flatMap(check => check(declared)).map(problemText);
    declared.chart.node.addValidation({ validate: () => declared.check(run) });
  });
}
