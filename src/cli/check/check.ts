import { fileFindings } from './file-findings';
import { pkiFindings, PkiOptions } from './pki-findings';
import { checkJson, checkLines, CheckReport, checkSarif, checkTable, counts } from './report';
import { checkedWays } from './way-findings';
import type { Finding } from '../../written/finding';
import { meshIn, WrittenMesh } from '../../written/mesh';
import { folderArgument, readFolder } from '../../written/read-folder';
import { Environment, SYSTEM_ENVIRONMENT } from '../ca/environment';
import { version } from '../package-version';
import { colours } from '../terminal';

/** Options of `check`. */
export interface CheckOptions extends PkiOptions {
  readonly folders: string[];
  readonly output: string;
}

/**
 * Prints what is wrong in written folders, and returns the exit code: 1 where there is an error.
 * @throws MESH085 for a folder that cannot be read
 */
export function check(options: CheckOptions, environment: Environment = SYSTEM_ENVIRONMENT): number {
  return printReport(checkFolders(options, environment), options.output);
}

/** Prints a report, and returns the exit code. */
export function printReport(report: CheckReport, output: string): number {
  const texts: { readonly [output: string]: () => string } = {
    table: () => checkTable(report, colours()),
    short: () => checkLines(report),
    json: () => JSON.stringify(checkJson(report), null, 2),
    sarif: () => JSON.stringify(checkSarif(report, version()), null, 2),
  };
  const text = texts[output]();
  if (text !== '') {
    console.log(text);
  }
  return counts(report).errors > 0 ? 1 : 0;
}

/** Everything that the folders show, errors first. */
export function checkFolders(options: CheckOptions, environment: Environment): CheckReport {
  return checkMesh(meshIn(options.folders.map(folder => readFolder(folderArgument(folder)))), options, environment);
}

/** Everything that the folders of a mesh show, and what else is known of it, errors first. */
export function checkMesh(mesh: WrittenMesh, options: CheckOptions, environment: Environment, others: Finding[] = []): CheckReport {
  const { findings, imports, outOfSight } = checkedWays(mesh);
  const all = [...findings, ...fileFindings(mesh), ...pkiFindings(mesh, options, environment), ...others];
  return { folders: options.folders, clusters: mesh.clusters.size, imports, outOfSight, findings: inOrder(all) };
}

/** Findings without repetition, errors first, then by file and line. */
function inOrder(findings: Finding[]): Finding[] {
  const unique = [...new Map(findings.map(finding => [keyOf(finding), finding])).entries()];
  return unique.sort(([a], [b]) => a < b ? -1 : 1).map(([, finding]) => finding);
}

function keyOf({ severity, place, code, what, where, got }: Finding): string {
  const line = String(place?.line ?? 0).padStart(6, '0');
  return [severity, place?.file ?? '', line, code, where, what, JSON.stringify(got)].join('\n');
}
