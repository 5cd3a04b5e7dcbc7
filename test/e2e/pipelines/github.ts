import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { JobResult, PipelineRun } from './job';
import type { Origin } from './origin';

/** An event that starts the workflow. */
export interface GitHubEvent {
  /** Commit that jobs check out. */
  readonly commit: string;
  /** Values of expressions, such as `github.event_name`. */
  readonly values: { readonly [expression: string]: string };
}

const REPOSITORY = 'platform/mesh';

export function pushEvent(commit: string): GitHubEvent {
  return { commit, values: { 'github.event_name': 'push', 'github.token': 'token', 'github.repository': REPOSITORY } };
}

export function pullRequestEvent(commit: string, from = REPOSITORY): GitHubEvent {
  const values = {
    'github.event_name': 'pull_request',
    'github.token': 'token',
    'github.repository': REPOSITORY,
    'github.event.pull_request.head.repo.full_name': from,
    'github.event.pull_request.number': '7',
  };
  return { commit, values };
}

/**
 * Runs the jobs of `.github/workflows/mesh.yml` in their order, each in a clean checkout, by the rules of GitHub's runner as far as the
 * workflow uses them: conditions, `needs`, `bash -e`, artifacts. What is not known here is an error.
 * @param again a job that a person runs again, after the others passed
 */
export async function runWorkflow(
  run: PipelineRun, origin: Origin, repository: string, event: GitHubEvent, again?: string,
): Promise<JobResult[]> {
  const workflow = parse(readFileSync(join(repository, '.github', 'workflows', 'mesh.yml'), 'utf8'));
  const results: JobResult[] = [];
  for (const [job, { needs, if: condition, steps }] of Object.entries<any>(workflow.jobs)) {
    const isReady = again === undefined && (needs === undefined || results.some(result => result.job === needs && !result.failed));
    if ((isReady || job === again) && holds(condition, event)) {
      results.push(await runJob(run, origin, event, job, steps));
    }
  }
  return results;
}

async function runJob(run: PipelineRun, origin: Origin, event: GitHubEvent, job: string, steps: any[]): Promise<JobResult> {
  let printed = '';
  for (const step of steps.filter(({ if: condition }) => holds(condition, event))) {
    if (step.uses !== undefined) {
      await act(run, origin, event, job, step);
    } else {
      const variables = Object.fromEntries(Object.entries<string>(step.env ?? {}).map(([name, value]) => [name, filled(value, event)]));
      const ended = await run.script(job, ['-e'], filled(step.run, event), variables);
      printed += ended.printed;
      if (ended.code !== 0) {
        return { job, printed, failed: step.name ?? step.run };
      }
    }
  }
  return { job, printed };
}

/** The actions that the workflow uses. Node.js is that of this machine. */
async function act(run: PipelineRun, origin: Origin, { commit }: GitHubEvent, job: string, step: any): Promise<void> {
  switch (step.uses) {
    case 'actions/checkout@v4':
      return run.checkout(job, origin, commit, step.with?.['fetch-depth'] ?? 1);
    case 'actions/setup-node@v4':
      return undefined;
    case 'actions/upload-artifact@v4':
      return run.keepArtifact(step.with.name, job, step.with.path);
    case 'actions/download-artifact@v4':
      return run.fetchArtifact(step.with.name, job);
    default:
      throw new Error(`unknown action ${step.uses}`);
  }
}

/** Whether a condition holds: comparisons by `==`, joined by `&&`. */
function holds(condition: string | undefined, event: GitHubEvent): boolean {
  return condition === undefined || condition.split(' && ').every(comparison => {
    const [left, right] = comparison.split(' == ').map(operand => valueOf(operand.trim(), event));
    return left === right;
  });
}

function filled(text: string, event: GitHubEvent): string {
  return text.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => valueOf(expression, event));
}

function valueOf(expression: string, { values }: GitHubEvent): string {
  const [, literal] = /^'(.*)'$/.exec(expression) ?? [];
  const value = literal ?? values[expression];
  if (value === undefined) {
    throw new Error(`unknown expression ${expression}`);
  }
  return value;
}
