"use strict";
/**
 * Makes the project ready to run: packages, a Node that is new enough, the page and the server.
 *
 *   node scripts/prepare.cjs             all of it
 *   node scripts/prepare.cjs packages    packages and Node only
 *
 * Runs before anything is installed and on any Node, so: builtin modules only, old syntax. The functions down to
 * `prepare` decide; `prepare` and what follows it act.
 */
const childProcess = require("child_process");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const { findNode, isNewEnough, minimumVersion } = require("../bin/findNode.cjs");

const configuration = ["package.json", "package-lock.json", "tsconfig.json"];
const targets = [
  {
    name: "page",
    script: "build:page",
    entry: "src/app/index.html",
    output: "dist/page/index.html",
    inputs: ["src", "vite.config.ts"].concat(configuration),
    without: ["src/tests", "src/server", "src/cli", "src/simulator"],
  },
  {
    name: "server",
    script: "build:node",
    entry: "src/cli/main.ts",
    output: "dist/node/cli.js",
    inputs: ["src", "tsdown.config.ts"].concat(configuration),
    without: ["src/tests", "src/app", "src/components", "src/hooks", "src/client"],
  },
];

/** Whether a package of the lockfile is not installed as locked; npm keeps what it installed in a second lockfile. */
function needsInstall(lock, installed) {
  if (installed === undefined) return true;
  return Object.keys(lock.packages).some((at) => {
    const wanted = lock.packages[at];
    if (at === "" || wanted.optional) return false;
    const found = installed.packages[at];
    return found === undefined || found.version !== wanted.version || found.integrity !== wanted.integrity;
  });
}

/** What to do about Node: `brought` is the version of the `node` package's program, where it runs and is new enough. */
function nodeDecision(state) {
  if (state.brought !== undefined) return "use brought";
  if (!state.rebuildTried) return "rebuild";
  return isNewEnough(state.running) ? "use running" : "stop";
}

/** The targets that have an entry, and whose output is missing or came from other sources. */
function staleTargets(states) {
  return states.filter((state) => state.hasEntry && (!state.hasOutput || state.builtFrom !== state.sources));
}

function prepare(root, onlyPackages) {
  installPackages(root);
  provideNode(root);
  if (!onlyPackages) buildTargets(root);
}

function installPackages(root) {
  const lock = readJson(path.join(root, "package-lock.json"));
  const installed = readJson(path.join(root, "node_modules", ".package-lock.json"));
  if (!needsInstall(lock, installed)) return;
  console.log("Installing packages …");
  const options = ["--engine-strict=false", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  npm(root, ["ci"].concat(options), "Installing the packages");
}

function provideNode(root) {
  // Lies in node_modules, so that the next install forgets it and a new `node` package gets its chance.
  const triedFile = path.join(root, "node_modules", ".node-rebuild-tried");
  const decide = (rebuildTried) => {
    const found = findNode(root);
    return nodeDecision({ brought: found && found.version, running: process.version, rebuildTried });
  };
  let decision = decide(fs.existsSync(triedFile));
  if (decision === "rebuild") {
    console.log("Fetching Node " + minimumVersion + " or newer …");
    npmStatus(root, ["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"]);
    decision = decide(true);
  }
  if (decision === "use running") {
    hidePackagedNode(root);
    fs.writeFileSync(triedFile, "");
  }
  if (decision === "stop") {
    stop(
      "Node " +
        minimumVersion +
        " or newer is needed; this is " +
        process.version +
        ", and npm could not bring one.",
      1,
    );
  }
}

/** npm scripts look into node_modules/.bin first: a program there that does not run would hide the one that does. */
function hidePackagedNode(root) {
  ["node", "node.cmd", "node.ps1"]
    .map((name) => path.join(root, "node_modules", ".bin", name))
    .filter((file) => fs.existsSync(file))
    .forEach((file) => fs.unlinkSync(file));
}

function buildTargets(root) {
  const states = targets.map((target) => {
    const stamp = path.join(root, "dist", "." + target.name + ".stamp");
    return {
      target,
      stamp,
      hasEntry: fs.existsSync(path.join(root, target.entry)),
      hasOutput: fs.existsSync(path.join(root, target.output)),
      builtFrom: fs.existsSync(stamp) ? fs.readFileSync(stamp, "utf8") : undefined,
      sources: hashOf(root, target),
    };
  });
  staleTargets(states).forEach((state) => {
    console.log("Building the " + state.target.name + " …");
    npm(root, ["run", "--silent", state.target.script], "Building the " + state.target.name);
    fs.writeFileSync(state.stamp, state.sources);
  });
}

/** A hash over names and contents of everything a target is built from. */
function hashOf(root, target) {
  const hash = crypto.createHash("sha256");
  const add = (name) => {
    const file = path.join(root, name);
    if (target.without.indexOf(name) >= 0 || !fs.existsSync(file)) return;
    if (fs.statSync(file).isDirectory()) {
      const names = fs.readdirSync(file).sort();
      names.forEach((each) => add(name + "/" + each));
    } else {
      hash
        .update(name + "\0")
        .update(fs.readFileSync(file))
        .update("\0");
    }
  };
  target.inputs.forEach(add);
  return hash.digest("hex");
}

/** Ends the process when npm fails, with npm's exit code. */
function npm(root, args, what) {
  const status = npmStatus(root, args);
  if (status !== 0)
    stop(what + " failed (`npm " + args[0] + "`, exit code " + status + "): see above.", status);
}

/** Runs the npm that runs us, else the one on the PATH; answers its exit code. */
function npmStatus(root, args) {
  const ours = process.env.npm_execpath;
  const isNpm = ours !== undefined && /npm(-cli)?\.c?js$/.test(path.basename(ours)) && !/pnpm/.test(ours);
  const command = isNpm ? [process.env.npm_node_execpath || process.execPath, ours] : ["npm"];
  const result = childProcess.spawnSync(command[0], command.slice(1).concat(args), {
    cwd: root,
    stdio: "inherit",
  });
  if (result.error) stop("npm does not start: " + result.error.message, 1);
  return result.status === null ? 1 : result.status;
}

function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
}

function stop(message, status) {
  console.error("commander: " + message);
  process.exit(status);
}

module.exports = { prepare, needsInstall, nodeDecision };
if (require.main === module) prepare(path.join(__dirname, ".."), process.argv[2] === "packages");
