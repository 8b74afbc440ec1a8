'use strict';

const { existsSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Suites that take long, the longest first. Jest knows durations only after a first run; until then
 * it starts the largest files first, and a long suite that starts last runs alone at the end.
 */
const LONG_SUITES = [
  'integration/kept',
  'trino/conformance',
  'trino/memory',
  'integration/start-and-stop',
  'integration/life-of-a-stack',
  'browser/gallery',
  'browser/client',
  'integration/in-use',
  'integration/missing-log-fields',
  'integration/logs-and-causes',
  'integration/terraform-module',
  'property/analytics/every-format',
  'property/local/hostile-requests.property',
  'property/analytics/planted-truth',
  'unit/analytics/dialect',
  'synth/deployable',
];

const files = LONG_SUITES.map((suite) => path.resolve(__dirname, '..', `${suite}.test.ts`));
const missing = files.filter((file) => !existsSync(file));
if (missing.length > 0) throw new Error(`LONG_SUITES names no suite: ${missing.join(', ')}`);

/** Starts the long suites first, and the others in Jest's own order. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const places = new Map(files.map((file, place) => [file, place]));
    const placeOf = ({ path: file }) => places.get(file) ?? files.length;
    return [...super.sort(tests)].sort((one, other) => placeOf(one) - placeOf(other));
  }
};
