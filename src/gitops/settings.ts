import type { GitOpsOptions } from './options';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';

const CHARTS = 'https://istio-release.storage.googleapis.com/charts';

/** What every engine is told, found valid. */
export interface CommonSettings {
  /** Where the output is in the repository; empty for its root. */
  readonly path: string;
  /** Joins a path within the output to that of the output in the repository. */
  readonly inRepo: (path: string) => string;
  readonly istioVersion?: string;
  readonly charts: string;
  readonly hub: boolean;
}

/** Returns what every engine is told, or throws when it cannot be. */
export function common({ path = 'dist', istioVersion, charts = CHARTS, hub = false }: GitOpsOptions, where: string): CommonSettings {
  const folders = path.split('/').filter(folder => folder !== '' && folder !== '.');
  if (path.startsWith('/') || folders.includes('..') || !/^[\w./-]*$/.test(path)) {
    throw invalid(
      where,
      'invalid path',
      path,
      'a folder of the repository, such as "dist"',
      'write it relative to the root of the repository, with "/"',
    );
  }
  if (istioVersion !== undefined && !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(istioVersion)) {
    throw invalid(
      where,
      'no exact version of Istio',
      istioVersion,
      'a version such as 1.31.4',
      'name the patch release, as the charts have it',
    );
  }
  if (/^oci:/.test(charts)) {
    throw invalid(
      where,
      'an OCI registry of charts',
      charts,
      'a chart repository over HTTP',
      'leave charts out, or give a mirror that serves index.yaml',
    );
  }
  return {
    istioVersion,
    hub,
    path: folders.join('/'),
    charts: checkedUrl(charts, 'chart repository', where),
    inRepo: inner => [...folders, inner].join('/'),
  };
}

/** Argo CD takes URLs and the short form of SSH; nothing that could be read as an option of git. */
export function checkedUrl(text: string, what: string, where: string): string {
  // Over HTTP a user's name alone is a token as well.
  const secret = /^https?:\/\/[^/]*@|:\/\/[^/@]*:[^/@]*@/.test(text);
  if (/^([a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:)[^\s"'`\\]+$/.test(text) && !secret) {
    return text;
  }
  throw invalid(where, secret ? `credentials in the ${what}` : `invalid ${what}`, secret ? 'a URL with a password or token' : text,
    'a URL such as https://git.example.com/mesh.git', secret ? 'give the engine a Secret for the repository: this URL goes into Git' : 'write the URL as the engine reaches it');
}

/** A branch, tag or commit, as Git names them. */
export function checkedRevision(text: string, where: string): string {
  if (/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(text)) {
    return text;
  }
  throw invalid(
    where,
    'invalid revision',
    text,
    'a branch, tag, range of tags or commit, such as "main"',
    'name it as Git does, or leave it out for the default branch',
  );
}

function invalid(where: string, what: string, got: string, expected: string, fix: string): MeshError {
  return new MeshError({ code: MeshErrorCode.GIT_OPS, where, what, got, expected, fix });
}
