import {
  type CloudFrontClient,
  CreatePublicKeyCommand,
  DeletePublicKeyCommand,
  GetKeyGroupCommand,
  GetPublicKeyConfigCommand,
  UpdateKeyGroupCommand,
} from '@aws-sdk/client-cloudfront';
import type { LocalCloud } from '#local/cloud/local-cloud';

async function changeKeyGroup(
  { clients, deployment }: LocalCloud,
  change: (items: readonly string[]) => readonly string[],
): Promise<void> {
  const Id = deployment.keyGroupId;
  const { KeyGroup, ETag } = await clients.cloudFront.send(new GetKeyGroupCommand({ Id }));
  const config = KeyGroup?.KeyGroupConfig;
  if (config === undefined) throw new Error(`key group ${Id} has no configuration`);
  const Items = [...change(config.Items ?? [])];
  await clients.cloudFront.send(
    new UpdateKeyGroupCommand({ Id, IfMatch: ETag, KeyGroupConfig: { ...config, Items } }),
  );
}

/** Adds a public key to the deployed key group as an operator would, and returns its id. */
export async function trustKey(cloud: LocalCloud, name: string, pem: string): Promise<string> {
  const { PublicKey } = await cloud.clients.cloudFront.send(
    new CreatePublicKeyCommand({
      PublicKeyConfig: { CallerReference: name, Name: name, EncodedKey: pem },
    }),
  );
  const id = PublicKey?.Id ?? '';
  await changeKeyGroup(cloud, (items) => [...items, id]);
  return id;
}

/** Takes a public key out of the deployed key group again. */
export function distrustKey(cloud: LocalCloud, id: string): Promise<void> {
  return changeKeyGroup(cloud, (items) => items.filter((item) => item !== id));
}

/** The PEM of a public key, and the ETag that deletes it. */
export async function readPublicKey(
  client: CloudFrontClient,
  id: string,
): Promise<{ readonly pem: string; readonly etag: string }> {
  const { PublicKeyConfig, ETag } = await client.send(new GetPublicKeyConfigCommand({ Id: id }));
  return { pem: PublicKeyConfig?.EncodedKey ?? '', etag: ETag ?? '' };
}

/** Deletes a public key that no group holds any more. */
export async function deleteKey({ clients }: LocalCloud, id: string): Promise<void> {
  const { etag } = await readPublicKey(clients.cloudFront, id);
  await clients.cloudFront.send(new DeletePublicKeyCommand({ Id: id, IfMatch: etag }));
}
