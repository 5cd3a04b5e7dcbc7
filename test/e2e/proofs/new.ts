import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { onlyFile, packagedFor } from '../package/built';
import { CLEAN_ENVIRONMENT } from '../pipelines/environment';
import { pullRequestEvent, pushEvent, runWorkflow } from '../pipelines/github';
import { branchPipeline, GitLab, GitLabEvent, mergeRequestPipeline } from '../pipelines/gitlab';
import { JobResult, PipelineRun } from '../pipelines/job';
import { Origin } from '../pipelines/origin';
import { attempt, run } from '../process';
import { must, Proof, ProofRun } from '../proof';

const ROOT = join(__dirname, '..', '..', '..');
const CLEAN = { env: CLEAN_ENVIRONMENT, seconds: 600 };
const CLOSED = 'the export of httpbin.bar.svc.cluster.local is closed';

/**
 * The packed package writes a repository that installs, synthesizes and passes its test, and the pipelines of the repository do what they
 * promise, on GitHub and on GitLab.
 */
export const newProof: Proof = {
  name: 'new',
  parts: [{ name: 'actionlint', module: 'actionlint', package: 'github.com/rhysd/actionlint/cmd/actionlint' }],
  async show(proof) {
    const tarball = onlyFile(await packagedFor('js', proof.say), '.tgz');
    const repository = await made(proof.folder, tarball);
    await isValidWorkflow(proof, repository);
    const gitLab = new GitLab(join(proof.folder, 'gitlab'), repository);
    await gitLab.install();
    await isValidPipeline(gitLab, repository);
    const shown = [];
    for (const system of [gitHubIn(repository), gitLabIn(gitLab)]) {
      proof.say(`pipelines of ${system.name}`);
      shown.push(await pipelinesWork(join(proof.folder, system.name), repository, system));
    }
    return `npm pack, istio-mesh new, npm install, npm start and npm test in an empty folder; ${shown.join('; ')}. actionlint and GitLab's `
      + 'schema accept the pipelines, and refuse a planted error. The programs that post comments are replaced by ones that keep them';
  },
};

/** Writes a repository by the packed package alone, installs it, writes its folders and runs its test. */
async function made(folder: string, tarball: string): Promise<string> {
  const empty = join(folder, 'work');
  mkdirSync(empty);
  await run('npx', ['--yes', '-p', tarball, 'istio-mesh', 'new', 'mesh', '--package', tarball], { cwd: empty, ...CLEAN });
  const cwd = join(empty, 'mesh');
  await run('npm', ['install', '--no-audit', '--no-fund'], { cwd, ...CLEAN });
  await run('npm', ['start'], { cwd, ...CLEAN });
  await run('npm', ['test'], { cwd, ...CLEAN });
  // npx runs the only command of a package for the name of the package.
  const version = await run('npx', ['--no', 'cdk8s-istio-multicluster', '--', '--version'], { cwd, ...CLEAN });
  must(version.trim() === JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version, `the version is ${version}`);
  return cwd;
}

async function isValidWorkflow({ program, folder }: ProofRun, repository: string): Promise<void> {
  const text = readFileSync(join(repository, '.github', 'workflows', 'mesh.yml'), 'utf8');
  const lint = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return attempt(program('actionlint'), ['-no-color', join(folder, name)]);
  };
  const { code, stdout } = await lint('mesh.yml', text);
  must(code === 0, `actionlint: ${stdout}`);
  const planted = await lint('planted.yml', text.replace('github.event_name', 'github.event_nam'));
  must(planted.code !== 0 && /event_nam/.test(planted.stdout), 'actionlint accepts an expression that GitHub does not know');
}

async function isValidPipeline(gitLab: GitLab, repository: string): Promise<void> {
  const text = readFileSync(join(repository, '.gitlab-ci.yml'), 'utf8');
  const jobs = async (event: GitLabEvent) => (await gitLab.jobs(text, event)).join();
  must(await jobs(branchPipeline('')) === 'test,deploy', 'main runs other jobs');
  must(await jobs(mergeRequestPipeline('', '')) === 'test,comment', 'a merge request runs other jobs');
  must(await jobs(mergeRequestPipeline('', '', '')) === 'test', 'a merge request without a token runs other jobs');
  const refusal = await gitLab.jobs(text.replace('resource_group: deploy', 'resource_group: [deploy]'), branchPipeline(''))
    .then(() => '', error => error.message);
  must(/resource_group/.test(refusal), "GitLab's schema accepts a planted error");
}

/** A system that runs the pipelines of the repository. */
interface System {
  readonly name: string;
  /** Runs the pipeline of a commit of main, or one of its jobs again. */
  readonly main: (folders: PipelineRun, origin: Origin, commit: string, again?: string) => Promise<JobResult[]>;
  /** Runs the pipeline of a branch whose merge into main is asked for. */
  readonly request: (folders: PipelineRun, origin: Origin, branch: string) => Promise<JobResult[]>;
  /** Runs its job that comments, where it has no permission to. */
  readonly foreign: (folders: PipelineRun, origin: Origin, branch: string) => Promise<JobResult[]>;
  /** What a comment is posted by, and to. */
  readonly poster: 'gh' | 'curl';
  readonly to: RegExp;
}

function gitHubIn(repository: string): System {
  const asked = async (origin: Origin, branch: string, from?: string) => (
    pullRequestEvent(await origin.merge(branch, 'refs/pull/7/merge'), from)
  );
  return {
    name: 'GitHub',
    main: (folders, origin, commit, again) => runWorkflow(folders, origin, repository, pushEvent(commit), again),
    request: async (folders, origin, branch) => runWorkflow(folders, origin, repository, await asked(origin, branch)),
    foreign: async (folders, origin, branch) => (
      runWorkflow(folders, origin, repository, await asked(origin, branch, 'somebody/mesh'), 'comment')
    ),
    poster: 'gh',
    to: /^pr comment 7 --edit-last --create-if-none --body-file diff\.md$/,
  };
}

function gitLabIn(gitLab: GitLab): System {
  const asked = async (origin: Origin, branch: string, token?: string) => (
    mergeRequestPipeline(await origin.revision(branch), await origin.base('main', branch), token)
  );
  return {
    name: 'GitLab',
    main: (folders, origin, commit, again) => gitLab.runPipeline(folders, origin, branchPipeline(commit), again),
    request: async (folders, origin, branch) => gitLab.runPipeline(folders, origin, await asked(origin, branch)),
    foreign: async (folders, origin, branch) => gitLab.runPipeline(folders, origin, await asked(origin, branch, ''), 'comment'),
    poster: 'curl',
    to: /PRIVATE-TOKEN: token .* https:\/\/gitlab\.example\.com\/api\/v4\/projects\/42\/merge_requests\/7\/notes$/,
  };
}

async function pipelinesWork(folder: string, repository: string, { name, main, request, foreign, poster, to }: System): Promise<string> {
  // The clone in which a person works is of the first system; each system has an origin of its own.
  const clone = join(folder, 'clone');
  mkdirSync(folder);
  await run('cp', ['-a', repository, clone]);
  const origin = new Origin(folder, clone);
  const begin = () => new PipelineRun(join(folder, 'runs'));
  await origin.start();
  const first = await origin.revision('main');
  const deployed = () => origin.revision('deploy^{tree}');
  const distOf = (commit: string) => origin.revision(`${commit}:dist`);

  passes(await main(begin(), origin, first), 'test,deploy');
  must(await deployed() === await distOf('main'), `${name}: deploy does not hold dist of main`);
  const one = await origin.revision('deploy');
  const again = await main(begin(), origin, first, 'deploy');
  must(/dist did not change/.test(printed(again)) && await origin.revision('deploy') === one, `${name}: a second run deploys again`);

  await origin.branch('close');
  closeExport(clone);
  await run('npm', ['start'], { cwd: clone, ...CLEAN });
  await origin.push('close', 'feat: httpbin is not exported');
  const asked = begin();
  passes(await request(asked, origin, 'close'), 'test,comment');
  const comment = asked.call(poster);
  must(comment !== undefined && to.test(comment.args.join(' ')), `${name}: posted by ${comment?.args.join(' ')}`);
  must(comment!.body.includes(`**cuts**: ${CLOSED}`), `${name}: the comment does not name the export: ${comment!.body}`);
  must(await origin.revision('deploy') === one, `${name}: a request deploys`);
  const fromElsewhere = begin();
  passes(await foreign(fromElsewhere, origin, 'close'), '');
  must(fromElsewhere.call(poster) === undefined, `${name}: a comment is posted without permission`);

  await origin.branch('by-hand');
  const entry = join(clone, 'dist', 'cluster1', 'ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml');
  writeFileSync(entry, readFileSync(entry, 'utf8').replace('15443', '15444'));
  await origin.push('by-hand', 'fix: by hand');
  const refused = begin();
  const results = await request(refused, origin, 'by-hand');
  must(results.map(({ job }) => job).join() === 'test' && results[0].failed !== undefined, `${name}: a folder edited by hand passes`);
  must(/differs: run "npm start", and commit dist/.test(printed(results)), `${name}: the failure does not say why: ${printed(results)}`);
  must(refused.call(poster) === undefined, `${name}: a comment is posted although the test failed`);

  const merged = await origin.merge('close', 'refs/heads/main');
  passes(await main(begin(), origin, merged), 'test,deploy');
  must(await deployed() === await distOf(merged) && await origin.revision('deploy^') === one, `${name}: the merge is not deployed`);
  const late = await main(begin(), origin, first, 'deploy');
  must(/main has a newer commit/.test(printed(late)) && await deployed() === await distOf(merged), `${name}: an old run deploys`);
  return `on ${name}, main passes and is deployed to its branch, a request that closes an export gets a comment that names it, `
    + 'a folder edited by hand fails, and an old run deploys nothing';
}

/** Removes the export and its import from the program, and the request from its test, as a person would. */
function closeExport(clone: string): void {
  const parts: Array<[file: string, part: RegExp]> = [
    ['main.ts', /const ports = [^]*?\ncluster1\.importService.*\n\n/], ['mesh.test.ts', / {2}\['cluster1'.*\n/],
  ];
  for (const [file, part] of parts) {
    const text = readFileSync(join(clone, file), 'utf8');
    must(part.test(text), `${file} does not hold ${part}`);
    writeFileSync(join(clone, file), text.replace(part, '').replace(', ServicePort }', ' }'));
  }
}

function passes(results: JobResult[], jobs: string): void {
  const failed = results.find(result => result.failed !== undefined);
  must(failed === undefined, `${failed?.job} fails at "${failed?.failed}": ${failed?.printed}`);
  const ran = results.map(({ job }) => job).join();
  must(ran === jobs, `the jobs ${ran} ran, not ${jobs}`);
}

function printed(results: JobResult[]): string {
  return results.map(result => result.printed).join('\n');
}
