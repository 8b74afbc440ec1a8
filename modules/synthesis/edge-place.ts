import { EDGE_REGION } from '#core/contract/edge-region';

/** Region and alias of the provider for what CloudFront needs in us-east-1. */
export const EDGE_PLACE = { region: EDGE_REGION, alias: 'edge' } as const;
