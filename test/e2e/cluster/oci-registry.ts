import { createHash, KeyObject, sign } from 'crypto';
import { IncomingMessage, ServerResponse } from 'http';
import { serve, Web } from './web';

/** Content of a registry, by its digest. */
interface Content {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Place of the artifact in the registry. */
const PLACE = 'mesh';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * A registry with one artifact, which clients may only read. It speaks the part of the distribution specification of OCI that they use to
 * pull. Artifacts are as `flux push artifact` makes them, and signatures as `cosign sign --key` makes them.
 */
export class OciRegistry {
  private readonly contents = new Map<string, Content>();
  private readonly tags = new Map<string, string>();
  private web?: Web;

  /** URL of the artifact, for an OCIRepository. */
  public get url(): string {
    return `${this.web?.url.replace('http:', 'oci:')}/${PLACE}`;
  }

  public async start(): Promise<void> {
    this.web = await serve((request, response) => this.answer(request, response));
  }

  public stop(): void {
    this.web?.stop();
  }

  /** Pushes a compressed tar file as the artifact with a tag, and returns its digest. */
  public push(tag: string, tarball: Buffer): string {
    const config = this.add('application/vnd.cncf.flux.config.v1+json', Buffer.from('{}'));
    const layer = this.add('application/vnd.cncf.flux.content.v1.tar+gzip', tarball);
    return this.manifest(tag, config, layer);
  }

  /** Signs an artifact with a key, and replaces an earlier signature. */
  public sign(digest: string, key: KeyObject): void {
    const payload = Buffer.from(JSON.stringify({
      critical: {
        identity: { 'docker-reference': this.url.replace('oci://', '') },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }));
    const empty = '{"architecture":"","os":"","rootfs":{"type":"layers"}}';
    const config = this.add('application/vnd.oci.image.config.v1+json', Buffer.from(empty));
    const layer = this.add('application/vnd.dev.cosign.simplesigning.v1+json', payload);
    const annotations = { 'dev.cosignproject.cosign/signature': sign('sha256', payload, key).toString('base64') };
    this.manifest(`${digest.replace(':', '-')}.sig`, config, { ...layer, annotations });
  }

  private manifest(tag: string, config: object, layer: object): string {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }));
    const { digest } = this.add(MANIFEST, bytes);
    this.tags.set(tag, digest);
    return digest;
  }

  private add(type: string, bytes: Buffer): { readonly mediaType: string; readonly digest: string; readonly size: number } {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    this.contents.set(digest, { type, bytes });
    return { mediaType: type, digest, size: bytes.length };
  }

  private answer({ url = '', method }: IncomingMessage, response: ServerResponse): void {
    const [, kind, reference] = new RegExp(`^/v2/${PLACE}/(manifests|blobs)/([^/?]+)`).exec(url) ?? [];
    const content = this.contents.get(this.tags.get(reference) ?? reference);
    if (/^\/v2\/(\?|$)/.test(url)) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    } else if (content === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors: [{ code: kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN' }] }));
    } else {
      response.writeHead(200, {
        'content-type': content.type,
        'content-length': content.bytes.length,
        'docker-content-digest': this.tags.get(reference) ?? reference,
      }).end(method === 'HEAD' ? undefined : content.bytes);
    }
  }
}
