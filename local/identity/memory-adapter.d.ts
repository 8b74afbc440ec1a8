/** The provider's own memory adapter, made for one provider; its types are not published. */
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterConstructor } from 'oidc-provider';

  export function createMemoryAdapter(clockToleranceSeconds: number): AdapterConstructor;
}
