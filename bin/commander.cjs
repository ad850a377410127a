#!/usr/bin/env node
"use strict";
/** The `commander` command: starts the CLI, on a newer Node when the running one is too old. In old syntax. */
const childProcess = require("child_process");
const fs = require("fs");
const path = require("path");
const url = require("url");
const { findNode, isNewEnough, minimumVersion } = require("./findNode.cjs");

const root = path.join(__dirname, "..");

function stop(message) {
  console.error("commander: " + message);
  process.exit(1);
}

function start() {
  const cli = path.join(root, "dist", "node", "cli.js");
  if (!fs.existsSync(cli)) stop("dist/node/cli.js is missing. Run `npm run build` first.");
  // Saves a quarter of the start; there since Node 22.8.
  require("module").enableCompileCache();
  import(url.pathToFileURL(cli).href).catch((error) => {
    console.error(error);
    process.exit(1);
  });
}

/** Same arguments, terminal, signals and exit code. */
function startOn(program) {
  const child = childProcess.spawn(program, [__filename].concat(process.argv.slice(2)), { stdio: "inherit" });
  const passOn = (signal) => child.kill(signal);
  // A terminal sends Ctrl-C to the whole group: passed on as well, the child would get it twice.
  const passOnInterrupt = (signal) => process.stdin.isTTY || passOn(signal);
  const handlers = { SIGINT: passOnInterrupt, SIGTERM: passOn, SIGHUP: passOn };
  Object.keys(handlers).forEach((signal) => process.on(signal, handlers[signal]));
  child.on("error", (error) => stop(program + " does not start: " + error.message));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    Object.keys(handlers).forEach((each) => process.removeListener(each, handlers[each]));
    process.kill(process.pid, signal);
  });
}

if (isNewEnough(process.version)) {
  start();
} else {
  const newer = findNode(root);
  if (newer !== undefined) startOn(newer.program);
  else stop("Node " + minimumVersion + " or newer is needed; this is " + process.version + ".");
}
