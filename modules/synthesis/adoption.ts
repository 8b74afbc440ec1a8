import { existsSync, readFileSync } from 'node:fs';
import { type App, TerraformStack } from 'cdktf';
import { type AdoptedResources, KEPT_MEMBER } from '#core/contract/kept-manifest';
import { keptResources } from './kept-family';

function stacksOf(app: App): TerraformStack[] {
  return app.node.findAll().filter((node) => node instanceof TerraformStack);
}

/**
 * Lists in the comment of each stack what the stack keeps, for `edgepass destroy` and `edgepass
 * adopt`. Called when everything is in the app, before `app.synth()`.
 */
export function listKeptResources(app: App): void {
  for (const stack of stacksOf(app)) {
    stack.addOverride('//', { [KEPT_MEMBER]: keptResources(stack) });
  }
}

/**
 * Lets the next apply take up resources that exist already, as `edgepass adopt` found them. Without
 * its file nothing is taken up. What has left the configuration since is not taken up again:
 * Terraform fails when it should import and forget one address. Called before `app.synth()`.
 *
 * @see https://developer.hashicorp.com/terraform/language/import
 */
export function adoptResources(app: App, file: string): void {
  if (!existsSync(file)) return;
  const adopted = JSON.parse(readFileSync(file, 'utf8')) as AdoptedResources;
  for (const stack of stacksOf(app)) {
    const kept = new Set(keptResources(stack).map(({ address }) => address));
    const imports = (adopted[stack.node.id] ?? []).filter(({ to }) => kept.has(to));
    if (imports.length > 0) stack.addOverride('import', imports);
  }
}
