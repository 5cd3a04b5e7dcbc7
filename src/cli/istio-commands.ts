import { readFileSync } from 'fs';
import { Command } from 'commander';
import { parse } from 'yaml';
import { missingSettings, objectsIn, openPorts } from './check-istio';
import { examples } from './help-examples';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { problemText } from '../errors/problem';
import type { RequiredSettings } from '../model/required-setting';
import { isRecord } from '../options/kind';

/** Standard input, as a file. */
const STDIN = 0;

/** Adds the command `check-istio`. */
export function addIstioCommands(program: Command, setExitCode: (code: number) => void): void {
  program.command('check-istio <settings>')
    .description('check that an Istio that somebody else installed has the settings in required-settings.yml')
    .option('--objects <file>', 'objects of the cluster, as kubectl prints them (default: standard input)')
    .addHelpText('after', examples([
      [
        'kubectl get configmaps,services,deployments,daemonsets --all-namespaces -o json |\n'
          + '    istio-mesh check-istio dist/install/cluster1/required-settings.yml',
        'a cluster, as it is now',
      ],
      ['istio-mesh check-istio dist/install/cluster1/required-settings.yml --objects objects.yml', 'objects in a file'],
    ], 'Exit codes: 0 all settings are there, 1 a setting is missing, or the command could not run.'))
    .action((settings: string, { objects }: { readonly objects?: string }) => {
      const required = requiredSettings(settings);
      const found = objectsIn(readFileSync(objects ?? STDIN, 'utf8'));
      const problems = missingSettings(required, found);
      problems.forEach(problem => console.error(problemText(problem)));
      openPorts(required, found).forEach(line => console.log(`note: ${line}; keep these ports when you change the Service`));
      console.log(`${required.settings.length - problems.length} of ${required.settings.length} settings are as the mesh needs them`);
      setExitCode(problems.length > 0 ? 1 : 0);
    });
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
