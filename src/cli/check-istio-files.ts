import { readFileSync } from 'fs';
import { parse } from 'yaml';
import { missingSettings, objectsIn, openPorts } from './check-istio';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { problemText } from '../errors/problem';
import type { RequiredSettings } from '../model/required-setting';
import { isRecord } from '../options/kind';

/** Standard input, as a file. */
const STDIN = 0;

/** Compares objects of a cluster with required-settings.yml, prints what is missing, and returns the exit code of `check-istio`. */
export function checkIstioFiles(settings: string, objects: string | undefined): number {
  const required = requiredSettings(settings);
  const found = objectsIn(readFileSync(objects ?? STDIN, 'utf8'));
  const problems = missingSettings(required, found);
  problems.forEach(problem => console.error(problemText(problem)));
  openPorts(required, found).forEach(line => console.log(`note: ${line}; keep these ports when you change the Service`));
  console.log(`${required.settings.length - problems.length} of ${required.settings.length} settings are as the mesh needs them`);
  return problems.length > 0 ? 1 : 0;
}

function requiredSettings(file: string): RequiredSettings {
  const content: unknown = parse(readFileSync(file, 'utf8'));
  if (isRecord(content) && Array.isArray(content.settings)) {
    return content as unknown as RequiredSettings;
  }
  throw new MeshError({
    code: MeshErrorCode.ADOPTED_ISTIO,
    where: file,
    what: 'a file without required settings',
    expected: 'required-settings.yml, which a synth writes for a cluster with adopt',
    fix: 'pass dist/install/<cluster>/required-settings.yml',
  });
}
