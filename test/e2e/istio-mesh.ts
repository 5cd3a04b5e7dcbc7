/** The command `istio-mesh`, run from its sources. */
import { main } from '../../src/cli/main';

void main(process.argv.slice(2)).then(code => {
  process.exitCode = code;
});
