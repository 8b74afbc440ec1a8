import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { clientSettings } from '#aws/clients';
import type { LocalCloud } from '#local/cloud/local-cloud';

const WAIT_MILLISECONDS_MAX = 120_000;

/** Returns every message of a log group as it was written. */
export async function readLogGroup(cloud: LocalCloud, logGroupName: string): Promise<string[]> {
  const client = new CloudWatchLogsClient(clientSettings(cloud.environment, 'CLOUDWATCH_LOGS'));
  const messages: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new FilterLogEventsCommand({ logGroupName, ...(nextToken !== undefined && { nextToken }) }),
    );
    messages.push(...(page.events ?? []).map(({ message }) => message ?? ''));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return messages;
}

/**
 * Waits until a log group has messages that contain a text, because logs arrive later, and returns
 * them.
 */
export async function waitForLog(
  cloud: LocalCloud,
  logGroupName: string,
  text: string,
): Promise<string[]> {
  for (let waited = 0; waited < WAIT_MILLISECONDS_MAX; waited += 250) {
    const found = (await readLogGroup(cloud, logGroupName)).filter((one) => one.includes(text));
    if (found.length > 0) return found;
    await sleep(250);
  }
  throw new Error(`nothing in ${logGroupName} holds ${text}`);
}
