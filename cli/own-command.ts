import { isCheckout } from '#configuration/package-folder';

/** Returns how the user types the `edgepass` command here, without arguments. */
export function ownCommand(): string {
  return isCheckout() ? 'npm run --silent edgepass --' : 'npx edgepass';
}
