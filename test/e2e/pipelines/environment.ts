import { delimiter } from 'path';

/** Variables that npm, tsx and Node set for this run, and which its programs must not see; not those that say how to reach a registry. */
const OF_THIS_RUN = /^(npm_(?!config_(registry|cache|cafile|proxy|https_proxy|noproxy)$)|TSX_|INIT_CWD$|NODE$|NODE_(OPTIONS|PATH|ENV)$)/i;

/**
 * Environment as on a machine where nothing of this project is installed: without its programs on the path, and without the Git settings
 * of the user and of the machine, such as hooks and signatures.
 */
export const CLEAN_ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name))),
  PATH: process.env.PATH?.split(delimiter).filter(folder => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
};
