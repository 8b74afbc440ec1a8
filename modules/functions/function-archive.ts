import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { findLambdaProblem } from '#configuration/built-functions';
import { TERRAFORM_TOKEN_MARK } from '#configuration/session-settings';
import { type ArchiveFile, buildZip } from './zip-archive';

const SETTINGS_FILE = 'settings.json';

/** What `FunctionArchive` is made from. */
export interface FunctionArchiveProps {
  /** Path of the folder of the built function, with `index.js` in it. */
  readonly bundlePath: string;
  /**
   * Written as `settings.json` beside the code. No Terraform references: nothing resolves them in
   * a zip.
   */
  readonly settings: unknown;
}

/**
 * The zip of a Lambda function: the files that `npm run build:functions` made, and the settings
 * of this
 * environment.
 */
export class FunctionArchive extends Construct {
  /** Path for Terraform, relative to the stack's folder. */
  readonly path: string;
  /** Base64 of the SHA-256 of the zip. */
  readonly sourceCodeHash: string;

  constructor(scope: Construct, id: string, props: FunctionArchiveProps) {
    super(scope, id);
    const zip = buildZip([...readBundle(props.bundlePath), settingsFile(props.settings)]);
    const digest = createHash('sha256').update(zip).digest();
    const staged = this.#stage(zip);
    const asset = new TerraformAsset(this, 'asset', {
      path: staged,
      type: AssetType.FILE,
      assetHash: digest.toString('hex').slice(0, 32),
    });
    this.path = asset.path;
    this.sourceCodeHash = digest.toString('base64');
  }

  #stage(zip: Buffer): string {
    const folder = path.resolve(App.of(this).outdir, '.functions', this.node.addr);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'function.zip');
    writeFileSync(file, zip);
    return file;
  }
}

function readBundle(bundlePath: string): ArchiveFile[] {
  const problem = findLambdaProblem(bundlePath);
  if (problem !== undefined) {
    throw new Error(`bundlePath: expected ${problem.allowed}, got ${problem.received}`);
  }
  return readdirSync(bundlePath, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(bundlePath, file).split(path.sep).join('/');
      return { name, bytes: readFileSync(file) };
    })
    .filter(({ name }) => name !== SETTINGS_FILE);
}

function settingsFile(settings: unknown): ArchiveFile {
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  if (text.includes(TERRAFORM_TOKEN_MARK)) {
    throw new Error('settings: expected values known at synthesis, got a Terraform reference');
  }
  return { name: SETTINGS_FILE, bytes: Buffer.from(text, 'utf8') };
}
