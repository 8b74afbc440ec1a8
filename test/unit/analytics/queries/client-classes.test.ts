import crawlers from 'crawler-user-agents';
import { AGENT_PATTERNS } from '#analytics/agent-patterns';
import { renderQuery } from '#analytics/render-query';
import { findQuery } from '#cli/logs/query-logs';
import { ask } from './planted-lines';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)';

/** User agents as programs send them, by the kind that the answer has to say. */
const AGENTS: Readonly<Record<string, readonly string[]>> = {
  browser: [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Chrome/142.0.0.0 Safari/537.36`,
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${CHROME} Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0`,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
    `${IPHONE} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1`,
    `${IPHONE} AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1`,
    'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0',
    `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    // A telephone of the brand Cubot.
    `Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20 PRO) ${CHROME} Chrome/120.0.0.0 Mobile Safari/537.36`,
    `Mozilla/5.0 (Linux; Android 9; Cubot_X19) ${CHROME} Chrome/120.0.0.0 Mobile Safari/537.36`,
    // Pages inside of apps.
    `${IPHONE} AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/22G86 Instagram 390.0.0.28.85 (iPhone15,2; iOS 18_6; en_US; en; scale=3.00; 1179x2556)`,
    `Mozilla/5.0 (Linux; Android 15; Pixel 8 Build/AP4A; wv) ${CHROME} Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36`,
    'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko',
    'Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18',
    `Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) ${CHROME} 76.0.3809.146/6.0 TV Safari/537.36`,
  ],
  'automated browser': [
    `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} HeadlessChrome/142.0.0.0 Safari/537.36`,
    'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
  ],
  'link preview': [
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'WhatsApp/2.23.20.0',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Twitterbot/1.0',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
    `Mozilla/5.0 (Windows NT 6.1; WOW64) ${CHROME} Chrome/33.0 Safari/534+ BingPreview/1.0b`,
  ],
  'media player': [
    'AppleCoreMedia/1.0.0.22G86 (iPhone; U; CPU OS 18_6 like Mac OS X; en_us)',
    'VLC/3.0.21 LibVLC/3.0.21',
    'ExoPlayerDemo/2.19.1 (Linux; Android 14) ExoPlayerLib/2.19.1',
    'AndroidXMedia3/1.4.1 (Linux;Android 15) ExoPlayerLib',
    'stagefright/1.2 (Linux;Android 13)',
    'Lavf/61.7.100',
    'mpv 0.38.0',
    'Kodi/21.1 (Windows NT 10.0; Win64; x64) App_Bitness/64 Version/21.1',
    'NSPlayer/12.00.26100.1 WMFSDK/12.00.26100.1',
    'GStreamer souphttpsrc 1.24.2 libsoup/3.4.4',
    'Roku/DVP-14.5 (14.5.0.4205-AE)',
  ],
  library: [
    'curl/8.14.1',
    'Wget/1.25.0',
    'python-requests/2.32.5',
    'Python/3.13 aiohttp/3.12.15',
    'Go-http-client/2.0',
    'okhttp/5.1.0',
    'axios/1.12.2',
    'node',
    'undici',
    'Java/21.0.8',
    'Java-http-client/21.0.8',
    'Apache-HttpClient/5.5 (Java/21.0.8)',
    'GuzzleHttp/7',
    'PostmanRuntime/7.49.0',
    'aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#22.11.0 api/s3#3.1164.0',
    'Boto3/1.40.50 md/Botocore#1.40.50 ua/2.1 os/linux lang/python#3.13.7',
    'aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux',
    'Dart/3.9 (dart:io)',
    'Gallery/7 CFNetwork/3826.600.41 Darwin/24.6.0',
    'Dalvik/2.1.0 (Linux; U; Android 15; Pixel 8 Build/AP4A.250205.002)',
    'libwww-perl/6.77',
    'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.26100.1',
    'GitLab/curl/8.14.1',
  ],
  bot: [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${CHROME} Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
    `Mozilla/5.0 ${CHROME.replace(')', '; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)')} Chrome/116.0.1938.76 Safari/537.36`,
    `Mozilla/5.0 ${CHROME}; compatible; GPTBot/1.3; +https://openai.com/gptbot`,
    'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
    'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)',
    'Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)',
    'Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)',
    // Not in the list.
    'OurOwnBot/1.0',
    'acme-crawler/3',
  ],
  other: ['MyBackend', 'x', 'Robotics Weekly Reader/4.2', "' or '1'='1"],
  none: ['-'],
};

interface ClientRow {
  readonly client: string;
  readonly requests: number;
}

async function classesOf(agents: readonly string[]): Promise<Record<string, number>> {
  const lines = agents.map((agent) => ({ 'cs(User-Agent)': agent }));
  const rows = (await ask('client-classes', { lines })) as unknown as ClientRow[];
  return Object.fromEntries(rows.map(({ client, requests }) => [client, requests]));
}

describe('client-classes', () => {
  it.each(Object.entries(AGENTS))('takes each of these for %s', async (client, agents) => {
    expect(await classesOf(agents)).toEqual({ [client]: agents.length });
  });

  it('takes nothing in the list of crawlers for a browser', async () => {
    const agents = [...new Set(crawlers.flatMap(({ instances }) => instances))];
    const { browser = 0, other = 0, none = 0, ...named } = await classesOf(agents);

    expect(agents.length).toBeGreaterThan(1_500);
    expect({ browser, other, none }).toEqual({ browser: 0, other: 0, none: 0 });
    expect(Object.keys(named).sort()).toEqual([
      ...['automated browser', 'bot', 'library', 'link preview'],
    ]);
  });

  it('counts requests and addresses of one program, however it is spelled in the log', async () => {
    const lines = ['192.0.2.1', '192.0.2.2', '192.0.2.2'].flatMap((ip) => [
      { 'c-ip': ip, 'cs(User-Agent)': 'curl/8.14.1', 'sc-bytes': '10' },
      { 'c-ip': ip, 'cs(User-Agent)': 'okhttp/5.1.0 (100%)', 'sc-bytes': '5' },
    ]);

    expect(await ask('client-classes', { lines })).toEqual([
      { client: 'library', requests: 6, refused: 0, refused_share: 0, addresses: 2, bytes: 45 },
    ]);
  });
});

describe('the patterns of clients', () => {
  const patterns = Object.entries(AGENT_PATTERNS);

  it.each(patterns)('%s has only what RE2 and Java read alike', (_kind, pattern) => {
    expect(pattern).toMatch(/^[\x20-\x7e]+$/);
    // Look-around, flags and named groups; back-references; a repetition of a repetition.
    expect(pattern).not.toMatch(/\(\?|\\[1-9a-ce-rt-zA-Z]|[*+}][*+{?]|[*+}]\)[*+{]/);
    // In Java, && in a class is an intersection, and [ begins a class inside of it.
    expect(pattern).not.toMatch(/\[[^\]]*(?:&&|\[)/);
  });

  it('fit into a statement of Athena many times over', () => {
    const statement = renderQuery(findQuery('client-classes'), {
      from: '2026-11-22T00:00:00Z',
      to: '2026-11-23T00:00:00Z',
    });

    expect(Buffer.byteLength(statement)).toBeLessThan(262_144 / 4);
  });
});
