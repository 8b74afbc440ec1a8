import fc from 'fast-check';
import { wrapWords } from '#cli/wrap-words';

it('keeps every word, and lines within the width unless a word is longer', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.integer({ min: 1, max: 40 }), (words, width) => {
      const lines = wrapWords(words, width);

      expect(lines.join(' ')).toBe(words.join(' '));
      expect(lines.filter((line) => line.length > width && !words.includes(line))).toEqual([]);
    }),
  );
});
