"use strict";
/** Which Node runs Commander: the oldest that will do, and where one may lie. Read by any Node, so in old syntax. */
const childProcess = require("child_process");
const path = require("path");

const minimumVersion = require("../package.json").engines.node.replace(/^[^\d]*/, "");

function isNewEnough(version) {
  const found = version.replace(/^v/, "").split(".").map(Number);
  const wanted = minimumVersion.split(".").map(Number);
  for (let part = 0; part < wanted.length; part++) {
    if (found[part] !== wanted[part]) return found[part] > wanted[part];
  }
  return true;
}

/** What the program answers to `-v`, or undefined when it does not run. */
function versionOf(program) {
  const answer = childProcess.spawnSync(program, ["-v"], { encoding: "utf8" });
  const runs = answer.status === 0 && /^v\d+\.\d+\.\d+/.test(answer.stdout);
  return runs ? answer.stdout.trim() : undefined;
}

/** Where the npm package `node` puts its program: in the project, or beside the project when it is a dependency. */
function programsOfNodePackage(root) {
  const folders = [path.join(root, "node_modules"), path.join(root, "..")];
  const program =
    process.platform === "win32" ? path.join("node", "bin", "node.exe") : path.join(".bin", "node");
  return folders
    .filter((folder) => path.basename(folder) === "node_modules")
    .map((folder) => path.join(folder, program));
}

/** The first of them that runs and is new enough: `{ program, version }`, or undefined. */
function findNode(root) {
  for (const program of programsOfNodePackage(root)) {
    const version = versionOf(program);
    if (version !== undefined && isNewEnough(version)) return { program, version };
  }
  return undefined;
}

module.exports = { minimumVersion, isNewEnough, findNode };
