"use strict";
/** `npm start`: makes the project ready, then becomes `commander serve`. */
const path = require("path");
const { prepare } = require("./prepare.cjs");

// npm passes a signal on to its shell, and the shell dies of it without passing it on: the server would live on.
const shell = process.ppid;
const stopWithShell = () => process.ppid === shell || process.kill(process.pid, "SIGTERM");
setInterval(stopWithShell, 500).unref();

prepare(path.join(__dirname, ".."), false);
process.argv.splice(2, 0, "serve");
require("../bin/commander.cjs");
