import { cdk8s, github, javascript, JsonFile, Project, release, Task, typescript } from 'projen';

/** Parts of the project that are compiled. */
const COMPILED = ['src/**/*.ts', 'imports/*.istio.io.ts', 'imports/override-schemas.ts'];
const EXAMPLES = ['examples/guide', 'examples/replicated', 'examples/guide-1.5', 'examples/one-service', 'examples/three-clusters'];

/** Packages of which code is in the bundles that packaging/ makes. Users do not install them. */
const BUNDLED = [
  '@cfworker/json-schema',
  '@dagrejs/dagre',
  'age-encryption',
  'cli-table3',
  'commander@^14',
  'diff',
  'ipaddr.js',
  'node-forge',
  'picocolors',
  're2js',
  'yaml',
];

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-istio-multicluster',
  description: 'Istio replicated control planes as typed cdk8s constructs: declare the mesh once, get one folder of manifests per cluster.',
  author: 'The cdk8s-istio-multicluster authors',
  authorAddress: 'maintainers@cdk8s-istio-multicluster.invalid',
  authorOrganization: true,
  repositoryUrl: 'git+https://github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk8s-istio-multicluster authors',
  keywords: ['cdk8s', 'istio', 'multicluster', 'service-mesh', 'gitops'],
  stability: 'experimental',
  npmignoreEnabled: false,
  // The description of the API for other languages is a tenth of its size when compressed.
  compressAssembly: true,
  defaultReleaseBranch: 'main',
  depsUpgrade: false,

  // A maintainer starts the release by hand. The versions follow from conventional commits, and no secret is stored: npm and PyPI trust
  // the workflow itself.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  majorVersion: 0,
  releaseToNpm: true,
  npmProvenance: true,
  npmTrustedPublishing: true,
  buildWorkflow: false,
  pullRequestTemplate: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  workflowNodeVersion: '24',
  // The first version is 0.1.0. Later ones follow from the commits since the last tag.
  nextVersionCommand: 'git tag --list "v[0-9]*" | grep -q . || echo minor',
  // What was built is installed and tried before any of it is published.
  postBuildSteps: [
    { name: 'Compare the API with the last release', run: 'npx projen compat' },
    { name: 'Install and try the packages', run: 'npx projen release:try' },
  ],
  sampleCode: false,
  docgen: false,

  // The lowest versions that users may have are those that we build against, or jsii warns (JSII6).
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.5.0',
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.0',
  // The first version of Node that can `require` packages with ES modules only, such as age-encryption.
  minNodeVersion: '20.19.0',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx() },

  // A jsii module must bundle its dependencies that are not jsii modules: packaging/bundles.ts takes of them what is used, so they are
  // dependencies of the build alone. The library uses:
  // - @cfworker/json-schema (MIT) to check overrides by the schemas of Istio
  // - ipaddr.js (MIT) to read CIDR ranges
  // - node-forge (BSD) to read and write DER
  // - re2js (MIT) to check expressions as Envoy and istiod do
  // - yaml (ISC) to read chart values
  // The command `istio-mesh` uses also:
  // - commander (MIT) to read its arguments
  // - cli-table3 (MIT) to print tables
  // - picocolors (ISC) to colour them, unless NO_COLOR is set
  // - diff (BSD) to compare texts line by line
  // - @dagrejs/dagre (MIT) to order the boxes of a small mesh so that few lines cross
  // - age-encryption (BSD) to encrypt the data keys of SOPS
  bin: { 'istio-mesh': 'bin/istio-mesh' },
  // ajv validates manifests by Istio's CRDs, fast-check runs property tests, tsx runs the examples, js-yaml reads the written YAML,
  // and @microsoft/jest-sarif has the schema of SARIF. playwright-core drives a browser, and axe-core finds barriers of a page. esbuild
  // (MIT) makes the bundles of the package, and of the script of the page of `graph`.
  devDeps: [
    ...BUNDLED,
    '@jsii/spec', '@microsoft/jest-sarif', '@types/js-yaml', '@types/node-forge', 'ajv', 'axe-core', 'cdk8s-cli', 'esbuild', 'fast-check',
    'js-yaml', 'playwright-core', 'tsx',
  ],

  publishToPypi: { distName: 'cdk8s-istio-multicluster', module: 'cdk8s_istio_multicluster', trustedPublishing: true },
  publishToMaven: {
    javaPackage: 'io.github.cdk8s_istio_multicluster',
    mavenGroupId: 'io.github.cdk8s-istio-multicluster',
    mavenArtifactId: 'cdk8s-istio-multicluster',
  },

  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'examples', 'bench', 'site', 'browser', 'templates', 'packaging'],
    commandOptions: { fix: false },
  },
  jestOptions: {
    configFilePath: 'jest.config.json',
    // A snapshot test that updates its own snapshot cannot fail.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    junitReporting: false,
    preserveDefaultReporters: false,
    coverageText: false,
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/examples/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/'],
      moduleNameMapper: { '^cdk8s-istio-multicluster$': '<rootDir>/src/index.ts' },
      // CI measures coverage, by `npm test -- --coverage`: the tests take half as long again with it.
      collectCoverage: false,
      // These files contain only types, so they have no lines to cover.
      collectCoverageFrom: ['src/**/*.ts', '!src/istio/wire.ts', '!src/istio/dialect.ts'],
      // The coverage of V8 takes 90 seconds for as many files, to read each from its source map.
      coverageProvider: 'babel',
      coverageReporters: ['text', 'json-summary'],
      coverageThreshold: { lines: 95, branches: 90 },
      // By default, Jest would leave one of two cores idle.
      maxWorkers: '100%',
      globalSetup: '<rootDir>/test/key-pool.ts',
      setupFilesAfterEnv: ['<rootDir>/test/faster.ts'],
      // No test asserts a time, so a busy machine must not fail one.
      testTimeout: 60_000,
      reporters: [new javascript.JestReporter('default')],
    },
  },
});

// What src imports is bundled, so it is no dependency of the package.
project.eslint?.allowDevDeps('src/**');
project.eslint?.addRules({
  'no-bitwise': 'off',
  'import/no-unresolved': ['error', { ignore: ['^cdk8s-istio-multicluster$'] }],
  '@stylistic/max-len': ['error', { code: 140 }],
  '@stylistic/brace-style': ['error', '1tbs', { allowSingleLine: false }],
});

// A test of Node is a promise that Node itself awaits.
project.eslint?.addOverride({ files: ['templates/**/*.test.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } });

// The generated Istio types are in imports/, beside src, so the root of the compiled sources is that of the project.
jsonFile('tsconfig.json').addOverride('compilerOptions.rootDir', '.');
jsonFile('tsconfig.json').addOverride('include', COMPILED);
// Source maps would be three quarters of the compiled files, which Node reads at each start.
jsonFile('tsconfig.json').addOverride('compilerOptions.inlineSourceMap', false);
jsonFile('tsconfig.json').addDeletionOverride('compilerOptions.inlineSources');
project.package.addField('type', 'commonjs');
project.package.addField('main', 'lib/bundle/index.js');
project.package.addField('types', 'lib/src/index.d.ts');
// What is shipped is listed, so that nothing else ever is. npm adds package.json, README.md and LICENSE.
project.package.addField(
  'files',
  [
    '.jsii', '.jsii.gz', 'assets/*.css', 'assets/*.js', 'bin', 'lib/bundle', 'lib/src/**/*.d.ts', 'templates/new',
    'CHANGELOG.md', 'NOTICE', 'THIRD-PARTY-LICENSES.txt',
  ],
);
project.compileTask.exec('tsx packaging/bundle.ts');

new JsonFile(project, 'packaging/tsconfig.json', {
  obj: { extends: '../tsconfig.json', compilerOptions: { noEmit: true, rootDir: '..' }, include: ['**/*.ts'] },
});
project.addTask(
  'size',
  { description: 'Measure the compiled package: what it takes on disk, and until it has started', exec: 'tsx packaging/start.ts' },
);

project.addTask(
  'bindings:go',
  { description: 'Write bindings for Go into dist/go-bindings, which no package holds', exec: 'tsx packaging/go-bindings.ts' },
);

// package.json lists what is packed, so that the packer needs no file for it, which it would write.
['js', 'python', 'java'].forEach(language => {
  project.tasks.tryFind(`package:${language}`)?.reset(`jsii-pacmak -v --no-npmignore --target ${language}`);
});

const packageAll = task('package-all');
packageAll.prependSpawn(
  project.compileTask, { condition: 'node -e "process.exit(require(\'fs\').existsSync(\'.jsii\') ? 1 : 0)"' },
);
const sbom = project.addTask(
  'sbom', { description: 'Write dist/sbom.cdx.json, the packages of which the npm package contains code', exec: 'tsx packaging/sbom.ts' },
);
packageAll.spawn(sbom);
const tryPackages = project.addTask('release:try', {
  description: 'Install the packages in dist/ as users do, and run the examples with them',
  exec: 'npx projen e2e --only package,python,java',
  env: { PACKAGED: '1' },
});
const packages = project.addTask('release:packages', { description: 'Build all packages of the next version into dist/' });
packages.exec('rm -fr dist');
packages.spawn(task('bump'));
packages.spawn(project.compileTask);
packages.spawn(task('compat'));
packages.spawn(packageAll);
const dryRun = project.addTask('release:dry', {
  description: 'What a release does, without the tests and without publishing: all packages of the next version, built and tried',
});
// The version goes back also when a step fails.
dryRun.exec('npx projen release:packages || (npx projen unbump && false)');
dryRun.spawn(task('unbump'));
dryRun.spawn(tryPackages);

const workflow = project.github?.tryFindWorkflow('release')?.file;
workflow?.addOverride('permissions.contents', 'read');
// The default of the publisher is the same.
workflow?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');
project.release?.addJobs({
  release_sbom: {
    name: 'Attach the software bill of materials',
    needs: ['release', 'release_github'],
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.WRITE },
    if: '${{ !inputs.dry_run }}',
    steps: [
      { uses: 'actions/download-artifact@v4', with: { name: 'build-artifact', path: 'dist' } },
      {
        name: 'Attach',
        env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' },
        run: 'gh release upload "$(cat dist/releasetag.txt)" dist/sbom.cdx.json -R "$GITHUB_REPOSITORY"',
      },
    ],
  },
});

// Examples import the package by its name, as a user does.
const byName = { 'cdk8s-istio-multicluster': ['../src/index.ts'] };
new JsonFile(project, 'examples/tsconfig.json', {
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: { noEmit: true, rootDir: '..', paths: byName },
    include: ['**/*.ts'],
  },
});
// The files that `istio-mesh new` copies compile by their own settings, with the sources as the package.
new JsonFile(project, 'templates/tsconfig.json', {
  obj: { extends: './new/tsconfig.json', compilerOptions: { paths: byName }, include: ['new/*.ts'] },
});
jsonFile('test/tsconfig.json').addOverride(
  'include',
  ['**/*.ts', '../bench/**/*.ts', '../packaging/**/*.ts', '../imports/generate.ts', '../site/*.ts', '../assets/generate.ts'],
);
jsonFile('test/tsconfig.json').addOverride('compilerOptions.paths', byName);

const example = project.addTask(
  'example',
  { description: 'Synthesize the examples: the guide on supported Istio, and to the letter on 1.5' },
);
EXAMPLES.forEach(folder => example.exec('tsx main.ts', { cwd: folder }));
project.gitignore.addPatterns('/examples/**/dist/', '/examples/**/target/', '__pycache__/', '.venv/', '.mypy_cache/', '.jsii.gz');

project.addTask(
  'imports',
  { description: 'Generate imports/ again from Istio\'s CRDs (needs Go)', exec: 'tsx imports/generate.ts', receiveArgs: true },
);
project.addTask(
  'e2e',
  {
    description: 'Prove the manifests on real components (needs Go; see test/e2e/README.md)',
    exec: 'tsx --tsconfig test/tsconfig.json test/e2e/run.ts',
    receiveArgs: true,
  },
);

// The bench measures the compiled package, which users run.
new JsonFile(project, 'bench/tsconfig.json', {
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: { noEmit: true, rootDir: '..', paths: { 'cdk8s-istio-multicluster': ['../lib/bundle/index.js'] } },
    include: ['**/*.ts'],
  },
});
const bench = project.addTask('bench', { description: 'Compare with other tools, and write bench/RESULTS.md (needs Go and Python)' });
bench.spawn(project.compileTask);
bench.exec('tsx --tsconfig bench/tsconfig.json bench/run.ts', { receiveArgs: true });

// The site has a package.json of its own, so its generator is no dependency of the library.
new JsonFile(project, 'site/tsconfig.json', {
  obj: { extends: '../tsconfig.json', compilerOptions: { noEmit: true, rootDir: '..' }, include: ['*.ts'] },
});
const api = project.addTask('docs:api', {
  description: 'Write the API reference into site/pages/reference/api/, from the compiled package',
});
api.spawn(project.compileTask);
api.exec('tsx --tsconfig test/tsconfig.json site/write-api.ts');
const site = project.addTask('site', { description: 'Build the site of docs/ and the API reference into site/dist/' });
site.exec('tsx --tsconfig test/tsconfig.json site/write-pages.ts');
site.spawn(api);
site.exec('npm ci --no-audit --no-fund', { cwd: 'site' });
site.exec('npm run build', { cwd: 'site' });
project.gitignore.addPatterns('/site/pages/', '/site/dist/', '/site/.vitepress/cache/');

// The script of the page of `istio-mesh graph` is bundled from browser/ into assets/, which is committed and ships.
new JsonFile(project, 'browser/tsconfig.json', {
  obj: {
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: true, rootDir: '..', lib: ['es2022', 'dom', 'dom.iterable'], types: [], module: 'esnext', moduleResolution: 'bundler',
    },
    include: ['*.ts'],
  },
});
project.addTask('page', { description: 'Bundle the script of the page of istio-mesh graph into assets/', exec: 'tsx assets/generate.ts' });

const types = project.addTask('types', { description: 'Check the types of tests, examples and the project definition' });
types.exec('tsc --noEmit -p test/tsconfig.json');
types.exec('tsc --noEmit -p examples/tsconfig.json');
types.exec('tsc --noEmit -p browser/tsconfig.json');
types.exec('tsc --noEmit -p templates/tsconfig.json');
types.exec('tsc --noEmit -p projenrc/tsconfig.json');
project.testTask.spawn(types);

const npmrc = new javascript.NpmConfig(project);
npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

project.synth();

function task(name: string): Task {
  const found = project.tasks.tryFind(name);
  if (!found) {
    throw new Error(`projen has no task ${name}`);
  }
  return found;
}

function jsonFile(path: string): JsonFile {
  const file = (project as Project).files.find(f => f.path === path);
  if (!(file instanceof JsonFile)) {
    throw new Error(`projen does not generate ${path} as a JSON file`);
  }
  return file;
}
