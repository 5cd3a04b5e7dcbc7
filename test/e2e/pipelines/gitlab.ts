import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { CLEAN_ENVIRONMENT } from './environment';
import { JobResult, PipelineRun } from './job';
import type { Origin } from './origin';
import { attempt, run } from '../process';

/** A program that reads `.gitlab-ci.yml` as GitLab does, with GitLab's schema. */
const READER = 'gitlab-ci-local@4.61.1';

/** A commit that starts a pipeline, and the variables that GitLab sets. */
export interface GitLabEvent {
  readonly commit: string;
  readonly variables: { readonly [name: string]: string };
}

export function branchPipeline(commit: string): GitLabEvent {
  return { commit, variables: { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'main' } };
}

export function mergeRequestPipeline(commit: string, base: string, token = 'token'): GitLabEvent {
  const variables = {
    CI_PIPELINE_SOURCE: 'merge_request_event',
    CI_COMMIT_BRANCH: '',
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    CI_MERGE_REQUEST_IID: '7',
    CI_PROJECT_ID: '42',
    CI_API_V4_URL: 'https://gitlab.example.com/api/v4',
    MESH_COMMENT_TOKEN: token,
  };
  return { commit, variables };
}

/** Reads pipelines of GitLab, and runs their jobs. */
export class GitLab {
  private readonly reader: string;

  public constructor(private readonly folder: string, private readonly repository: string) {
    this.reader = join(folder, 'node_modules', '.bin', 'gitlab-ci-local');
  }

  public async install(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--no-audit', '--no-fund', READER], { cwd: this.folder, env: CLEAN_ENVIRONMENT, seconds: 600 });
  }

  /** Names of the jobs that run for an event, by the rules of the file. Throws where the file is not what GitLab's schema allows. */
  public async jobs(text: string, { variables }: GitLabEvent): Promise<string[]> {
    const project = join(this.folder, 'project');
    mkdirSync(project, { recursive: true });
    const git = (...args: string[]) => attempt('git', args, { cwd: project, env: CLEAN_ENVIRONMENT });
    await git('init', '--quiet');
    await git('remote', 'add', 'origin', 'git@gitlab.example.com:platform/mesh.git');
    writeFileSync(join(project, '.gitlab-ci.yml'), text);
    const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
    const { code, stdout, stderr } = await attempt(this.reader, ['--list-csv-all', ...given], { cwd: project, env: CLEAN_ENVIRONMENT });
    if (code !== 0 || !/json schema validated/.test(stderr)) {
      throw new Error(`.gitlab-ci.yml is refused: ${stdout}${stderr}`);
    }
    const rows = stdout.slice(stdout.indexOf('name;')).trim().split('\n').slice(1).map(line => line.split(';'));
    return rows.filter(([, , , when]) => when !== 'never').map(([name]) => name);
  }

  /**
   * Runs the jobs for an event, stage by stage, each in a clean checkout, as GitLab's runner does by its shell.
   * @param again a job that a person runs again, after the others passed
   */
  public async runPipeline(folders: PipelineRun, origin: Origin, event: GitLabEvent, again?: string): Promise<JobResult[]> {
    const text = readFileSync(join(this.repository, '.gitlab-ci.yml'), 'utf8');
    const pipeline = parse(text);
    const results: JobResult[] = [];
    const names = (await this.jobs(text, event)).filter(name => again === undefined || name === again);
    for (const job of names.sort((a, b) => pipeline.stages.indexOf(pipeline[a].stage) - pipeline.stages.indexOf(pipeline[b].stage))) {
      const { script, artifacts, variables } = pipeline[job];
      const settings = { ...pipeline.variables, ...variables };
      if (settings.GIT_STRATEGY !== 'none') {
        await folders.checkout(job, origin, event.commit, Number(settings.GIT_DEPTH));
      }
      results.forEach(earlier => folders.fetchArtifact(earlier.job, job));
      const lines = ['set -eo pipefail', ...script].join('\n');
      const { code, printed } = await folders.script(job, ['--noprofile', '--norc'], lines, { ...event.variables, ...settings });
      artifacts?.paths.forEach((path: string) => folders.keepArtifact(job, job, path));
      results.push({ job, printed, ...code !== 0 && { failed: 'script' } });
      if (code !== 0) {
        break;
      }
    }
    return results;
  }
}
