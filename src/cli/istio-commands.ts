import { Command } from 'commander';
import { examples } from './help-examples';

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
      const { checkIstioFiles } = checkModule();
      setExitCode(checkIstioFiles(settings, objects));
    });
}

function checkModule(): typeof import('./check-istio-files') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./check-istio-files');
}
