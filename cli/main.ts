import { isCheckout, packageFolder } from '#configuration/package-folder';
import { epochSeconds } from '#core/clock';
import { writeLine } from './context';
import { EXIT } from './exit-codes';
import { watchOutputs } from './outputs';
import { runProgram } from './program';

const failureOfOutput = watchOutputs(process.stdout, process.stderr);
process.on('exit', (exitCode) => {
  const failure = failureOfOutput();
  if (failure === undefined || exitCode !== EXIT.done) return;
  writeLine(process.stderr, `edgepass: the answer cannot be written: ${failure.message}`);
  process.exitCode = EXIT.unreachable;
});

void runProgram(
  {
    // An installed package works in the current folder, which can contain `environments/`.
    root: isCheckout() ? packageFolder() : process.cwd(),
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
