import { createReadStream, existsSync, mkdirSync } from 'fs';
import { basename, join } from 'path';
import { run } from '../process';
import { STATE } from './machine';
import { serve, Web } from './web';

/** A Helm repository with charts that are packaged from their sources. */
export class ChartRepository {
  private web?: Web;

  /** @param helm path of the program `helm` */
  public constructor(private readonly helm: string) {}

  /** URL of the repository; empty before it starts. */
  public get url(): string {
    return this.web?.url ?? '';
  }

  /** Packages charts with one version, since the charts in the sources have no released version. */
  public async start(charts: string[], version: string): Promise<void> {
    const folder = join(STATE, 'charts');
    mkdirSync(folder, { recursive: true });
    for (const chart of charts) {
      await run(this.helm, ['package', chart, '--version', version, '--app-version', version, '--destination', folder]);
    }
    this.web = await serve((request, response) => {
      const file = join(folder, basename(new URL(request.url!, 'http://localhost').pathname));
      if (!existsSync(file) || file === folder) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200);
      createReadStream(file).pipe(response);
    });
    await run(this.helm, ['repo', 'index', folder, '--url', this.url]);
  }

  public stop(): void {
    this.web?.stop();
  }
}
