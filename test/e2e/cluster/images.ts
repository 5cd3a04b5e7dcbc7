import { readFileSync } from 'fs';
import { join } from 'path';
import type { Image } from './pods';

/** Programs and files of a release of Istio. */
export interface IstioParts {
  /** Returns the path of a program, by its name. */
  readonly program: (name: string) => string;
  /** Folder of the Go module istio.io/istio. */
  readonly sources: string;
  /** Path of the Envoy binary. */
  readonly envoy: string;
}

/** A replacement of an image: the programs, built from the same sources as the image. */
interface Replacement {
  /** Names of the images that it replaces. */
  readonly images: RegExp;
  readonly replacement: (parts: IstioParts) => Image;
}

const REPLACEMENTS: Replacement[] = [
  { images: /\/pilot:/, replacement: ({ program }) => oneProgram('/usr/local/bin/pilot-discovery', program('pilot-discovery')) },
  { images: /\/proxyv2:/, replacement: proxy },
  { images: /\/coredns:/, replacement: ({ program }) => oneProgram('/coredns', program('coredns')) },
  { images: /go-httpbin/, replacement: ({ program }) => oneProgram('/bin/go-httpbin', program('go-httpbin')) },
  { images: /\/testing\/app:/, replacement: ({ program }) => oneProgram('/usr/local/bin/server', program('server')) },
];

/** The replacement of an image. An image without replacement is empty: its command is a program of this machine. */
export function imageOf(name: string, parts: IstioParts): Image {
  const found = REPLACEMENTS.find(({ images }) => images.test(name));
  return found?.replacement(parts) ?? { files: {}, entrypoint: [] };
}

function oneProgram(path: string, program: string): Image {
  return { files: { [path]: program }, entrypoint: [path] };
}

function proxy({ program, sources, envoy }: IstioParts): Image {
  return {
    files: {
      '/usr/local/bin/pilot-agent': program('pilot-agent'),
      '/usr/local/bin/envoy': envoy,
      '/var/lib/istio/envoy/envoy_bootstrap_tmpl.json': join(sources, 'tools/packaging/common/envoy_bootstrap.json'),
    },
    entrypoint: ['/usr/local/bin/pilot-agent'],
    env: { ISTIO_META_ISTIO_VERSION: readFileSync(join(sources, 'VERSION'), 'utf8').trim() },
  };
}
