"use strict";
/** Runs the npm scripts named on the command line side by side; shows the output of those that fail. */
const childProcess = require("child_process");

function run(script) {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    const child = childProcess.spawn("npm run --silent " + script, { shell: true });
    const chunks = [];
    [child.stdout, child.stderr].forEach((stream) => stream.on("data", (chunk) => chunks.push(chunk)));
    child.on("close", (code) => {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      if (code !== 0) process.stdout.write(Buffer.concat(chunks));
      console.log((code === 0 ? "ok      " : "FAILED  ") + script + " (" + seconds + " s)");
      resolve(code === 0);
    });
  });
}

void Promise.all(process.argv.slice(2).map(run)).then((results) => {
  process.exitCode = results.every(Boolean) ? 0 : 1;
});
