import type { GitOpsOptions } from './options';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

const ISTIO_CHARTS = 'https://istio-release.storage.googleapis.com/charts';

/** Helm repository or OCI registry of Istio's charts. */
export interface ChartSource {
  /** URL; that of an OCI registry starts with `oci://`. */
  readonly url: string;
  /** Whether the charts are in an OCI registry. */
  readonly isOci: boolean;
}

/** Valid settings that every engine has. */
export interface EngineSettings {
  /** Folder of the output within the repository; empty for the root. */
  readonly path: string;
  /** Returns the path within the repository of a path within the output. */
  readonly inRepo: (path: string) => string;
  /** Exact version of Istio that the engine installs; undefined when it does not install Istio. */
  readonly istioVersion?: string;
  /** Where Istio's charts are. */
  readonly charts: ChartSource;
  /** Whether one engine serves all clusters. */
  readonly hub: boolean;
}

/**
 * Returns the settings that every engine has, or throws when an option is invalid.
 * @param defaultPath folder of the output where no option names it
 */
export function engineSettings(options: GitOpsOptions, where: string, defaultPath = 'dist'): EngineSettings {
  const { istioVersion, charts = ISTIO_CHARTS, hub = false } = options;
  const folders = foldersOf(options.path ?? defaultPath, where);
  if (istioVersion !== undefined && !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(istioVersion)) {
    throw invalid(where, {
      what: 'istioVersion is not an exact version',
      got: istioVersion,
      expected: 'a version such as 1.31.4',
      fix: 'write the patch release, as the Helm charts have it',
    });
  }
  return {
    istioVersion,
    hub,
    path: folders.join('/'),
    charts: chartSource(charts, where),
    inRepo: inner => [...folders, inner].join('/'),
  };
}

function chartSource(charts: string, where: string): ChartSource {
  const url = checkedUrl(charts, 'chart repository', where);
  const isOci = /^oci:/i.test(url);
  // Engines append the name of the chart to the path of a registry. A tag there would be that of another chart.
  if (isOci && !/^oci:\/\/[\w.-]+(:\d+)?(\/[\w.-]+)*$/.test(url)) {
    throw invalid(where, {
      what: 'invalid OCI registry of charts',
      got: charts,
      expected: 'a registry and the path above the charts, such as oci://gcr.io/istio-release/charts',
      fix: 'write the path without the name, the tag and the digest of a chart, and without a final "/"',
    });
  }
  return { url, isOci };
}

/** Returns the names of the folders that lead to a path, or throws when the path is not one within the repository. */
function foldersOf(path: string, where: string): string[] {
  const folders = path.split('/').filter(folder => folder !== '' && folder !== '.');
  if (!path.startsWith('/') && !folders.includes('..') && /^[\w./-]*$/.test(path)) {
    return folders;
  }
  throw invalid(where, {
    what: 'invalid path',
    got: path,
    expected: 'a folder of the repository, such as "dist"',
    fix: 'write the path relative to the root of the repository, with "/"',
  });
}

/**
 * Returns a URL, or throws when it is none that engines read: URLs, and Git's short form of SSH. A text that Git could read as
 * an option is refused.
 */
export function checkedUrl(text: string, what: string, where: string): string {
  // Over HTTP, a user name without a password can be a token.
  if (/^https?:\/\/[^/]*@|:\/\/[^/@]*:[^/@]*@/.test(text)) {
    // The error does not repeat the URL, since logs keep errors.
    throw invalid(where, {
      what: `credentials in the ${what}`,
      expected: 'a URL without a user name or password',
      fix: 'give the engine a Secret for the repository: this URL is committed to Git',
    });
  }
  if (/^([a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)[^\s"'`\\]+$/.test(text)) {
    return text;
  }
  throw invalid(where, {
    what: `invalid ${what}`,
    got: text,
    expected: 'a URL such as https://git.example.com/mesh.git',
    fix: 'write the URL at which the engine reaches the repository',
  });
}

/** Returns a branch, tag or commit as Git names it, or throws when it is none. */
export function checkedRevision(text: string, where: string): string {
  if (/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(text)) {
    return text;
  }
  throw invalid(where, {
    what: 'invalid revision',
    got: text,
    expected: 'a branch, tag, range of tags or commit, such as "main"',
    fix: 'write the name as Git has it, or leave revision out for the default branch',
  });
}

/** An error of an option. */
export function invalid(where: string, problem: Omit<Problem, 'code' | 'where'>): MeshError {
  return new MeshError({ code: MeshErrorCode.GIT_OPS, where, ...problem });
}
