import { createHash } from 'crypto';
import { isAbsolute, sep } from 'path';
import { pathToFileURL } from 'url';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { printable } from '../../errors/printable';
import { problemText, shown } from '../../errors/problem';
import type { Finding } from '../../written/finding';
import { placeText } from '../../written/source';
import { counted } from '../counted';
import { findingJson } from '../finding-json';
import type { Colours } from '../terminal';

/** What `check` found, and what it looked at. */
export interface CheckReport {
  readonly folders: string[];
  readonly clusters: number;
  readonly imports: number;
  readonly outOfSight: number;
  /** Running clusters that were read beside the folders. */
  readonly live?: number;
  readonly findings: Finding[];
}

/** Version of the format of `check -o json`. */
const SCHEMA_VERSION = 1;

const CODES_PAGE = 'https://github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster/blob/main/docs/reference/error-codes.md';
const SARIF_SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** The findings as a table for the terminal, with a sentence about what was looked at. */
export function checkTable(report: CheckReport, colours: Colours): string {
  const rows = report.findings.map(({ severity, code, what, got, expected, fix, place, where }) => {
    const values = [...got === undefined ? [] : [`got ${shown(got)}`], ...expected === undefined ? [] : [`expected ${expected}`]];
    const mark = severity === 'error' ? colours.red('✗') : colours.yellow('!');
    const lines = [
      printable(where),
      ...place && placeText(place) !== where ? [colours.cyan(printable(placeText(place)))] : [],
      printable(what),
      ...values.map(printable),
      colours.dim(printable(`fix: ${fix}`)),
    ];
    // All marks and codes have the same width.
    return `${mark}  ${code}  ${lines.join(`\n${' '.repeat(5 + code.length)}`)}\n`;
  });
  return `${rows.join('')}${rows.length > 0 ? '\n' : ''}${summary(report, colours)}`;
}

/** One line for each finding, as compilers print them. */
export function checkLines({ findings }: CheckReport): string {
  return findings.map(finding => {
    const place = finding.place ? `${printable(placeText(finding.place))}: ` : '';
    return `${place}${finding.severity}: ${problemText(finding)}`;
  }).join('\n');
}

/** The findings as data: docs/reference/schemas/check.schema.json. */
export function checkJson(report: CheckReport): object {
  const { errors, warnings } = counts(report);
  const { folders, clusters, imports, outOfSight, live, findings } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    folders,
    clusters,
    imports,
    outOfSight,
    ...live !== undefined && { live },
    errors,
    warnings,
    findings: findings.map(findingJson),
  };
}

/**
 * The findings as SARIF, which GitHub shows at the lines of a pull request.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function checkSarif({ findings, folders }: CheckReport, version: string): object {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'istio-mesh', version, informationUri: CODES_PAGE, rules: codes.map(rule) } },
      results: findings.map(finding => ({
        ruleId: finding.code,
        level: finding.severity,
        message: { text: problemText(finding) },
        locations: [{
          physicalLocation: {
            artifactLocation: { uri: uriOf(finding.place?.file ?? folders[0]) },
            region: { startLine: finding.place?.line ?? 1 },
          },
        }],
        partialFingerprints: { finding: digest([finding.code, finding.where, finding.what]) },
      })),
    }],
  };
}

/** Counts of errors and warnings. */
export function counts({ findings }: CheckReport): { readonly errors: number; readonly warnings: number } {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

function summary(report: CheckReport, colours: Colours): string {
  const { errors, warnings } = counts(report);
  const running = report.live === undefined ? '' : `, ${report.live} of them running`;
  const looked = `${counted(report.imports, 'import')} of ${counted(report.clusters, 'cluster')}${running}`;
  const sight = report.outOfSight > 0
    ? `; ${counted(report.outOfSight, 'import')} with a way to clusters whose folders were not named`
    : '';
  if (errors > 0) {
    return colours.red(`✗ ${counted(errors, 'error')}, ${counted(warnings, 'warning')} in ${looked}${sight}`);
  }
  return warnings > 0
    ? colours.yellow(`! no errors, ${counted(warnings, 'warning')} in ${looked}${sight}`)
    : colours.green(`✓ no problems in ${looked}${sight}`);
}

function rule(code: MeshErrorCode): object {
  const name = Object.entries(MeshErrorCode).find(([, value]) => value === code)![0];
  return { id: code, shortDescription: { text: name.toLowerCase().replace(/_/g, ' ') }, helpUri: CODES_PAGE };
}

/** A path as the URI of an artifact: relative to the root of the repository where the path is relative. */
function uriOf(path: string): string {
  return isAbsolute(path) ? pathToFileURL(path).href : path.split(sep).map(encodeURIComponent).join('/');
}

function digest(parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
