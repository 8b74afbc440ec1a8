import listed from './listed-agents.json';

/**
 * Programs that play media. The list of crawlers has none of them. The names are those that the
 * programs send by default.
 */
const MEDIA_PLAYERS = [
  'AppleCoreMedia/',
  '^AirPlay',
  'VLC/',
  'LibVLC/',
  'ExoPlayer',
  'AndroidXMedia3/',
  '^stagefright/',
  '^Lavf/',
  'GStreamer',
  '^mpv ',
  '^MPlayer',
  'Kodi/',
  'NSPlayer/',
  'Windows-Media-Player/',
  'WMPlayer/',
  'QuickTime/',
  'iTunes/',
  'Winamp',
  'foobar2000/',
  '^Roku/',
  'Sonos/',
  'PotPlayer',
  '^Infuse',
] as const;

/**
 * HTTP libraries and SDKs that are not in the list of crawlers. `CFNetwork` and `Dalvik` are the
 * HTTP clients of apps on iOS and Android.
 */
const LIBRARIES = [
  'aws-sdk-',
  '^aws-cli/',
  '^Boto',
  'CFNetwork/',
  '^Dalvik/',
  '^okhttp',
  '^Dart/',
  '^Alamofire',
  '^GuzzleHttp/',
  '^PostmanRuntime/',
  '^insomnia/',
  '^Java/',
  '^Java-http-client/',
  '^Apache-HttpAsyncClient',
  '^ReactorNetty/',
  '^RestSharp/',
  'WindowsPowerShell/|PowerShell/[0-9]',
  'WinHttp',
  '^python',
  '^Python/',
  '^urllib3/',
  '^reqwest',
  '^hyper/',
  '^ureq/',
  '^undici',
  '^node$|^node/',
  '^Deno/',
  '^Bun/',
  '^Ruby$|^rest-client/|^Faraday',
  '^Typhoeus',
  '^libcurl',
  'curl/',
  '^Wget/',
  '^aria2/',
  '^axel ',
  '^k6/',
  '^Apache-JMeter|^ApacheBench|^hey/',
  '^CloudFront-',
] as const;

function anyOf(patterns: readonly string[]): string {
  return `(${patterns.join('|')})`;
}

/**
 * One pattern for each kind of program that the question `client-classes` tells apart. All run on
 * RE2 (DuckDB) and on Java's syntax (Trino, Athena): without look-around, back-references and
 * nested quantifiers. Letter case counts, as the list demands it, except in `unlistedBot`, which is
 * compared with the name in lower case. `unlistedBot` leaves out the telephones of the brand Cubot.
 */
export const AGENT_PATTERNS = {
  automatedBrowser: anyOf(listed.automatedBrowsers),
  linkPreview: anyOf(listed.linkPreviews),
  mediaPlayer: anyOf(MEDIA_PLAYERS),
  crawler: anyOf(listed.crawlers),
  library: anyOf([...listed.libraries, ...LIBRARIES]),
  unlistedBot: '(^|[^u])bot([^a-z]|$)|crawler|spider|scraper',
} as const;
