import { epochSeconds } from '../core/clock';
import { projectRoot } from '../local/aws/tools';
import { runProgram } from './program';

void runProgram(
  {
    root: projectRoot(),
    processEnvironment: process.env,
    clock: { now: () => epochSeconds(Math.floor(Date.now() / 1_000)) },
    nowMilliseconds: () => Date.now(),
    input: process.stdin,
    output: process.stdout,
    errorOutput: process.stderr,
  },
  process.argv.slice(2),
).then((exitCode) => {
  process.exitCode = exitCode;
});
