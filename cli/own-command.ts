import { isCheckout } from '#configuration/package-folder';

/** How one types the `edgepass` command here, up to its own arguments. */
export function ownCommand(): string {
  return isCheckout() ? 'npm run --silent edgepass --' : 'npx edgepass';
}
