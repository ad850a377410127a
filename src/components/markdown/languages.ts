/** The languages that are highlighted, each loaded when a code block first asks for it; others stay plain. */
import type { LanguageInput } from "shiki/core"

const loaders: Readonly<Record<string, LanguageInput>> = {
  bash: () => import("@shikijs/langs-precompiled/bash"),
  c: () => import("@shikijs/langs-precompiled/c"),
  cpp: () => import("@shikijs/langs-precompiled/cpp"),
  csharp: () => import("@shikijs/langs-precompiled/csharp"),
  css: () => import("@shikijs/langs-precompiled/css"),
  dart: () => import("@shikijs/langs-precompiled/dart"),
  diff: () => import("@shikijs/langs-precompiled/diff"),
  docker: () => import("@shikijs/langs-precompiled/docker"),
  elixir: () => import("@shikijs/langs-precompiled/elixir"),
  go: () => import("@shikijs/langs-precompiled/go"),
  graphql: () => import("@shikijs/langs-precompiled/graphql"),
  haskell: () => import("@shikijs/langs-precompiled/haskell"),
  hcl: () => import("@shikijs/langs-precompiled/hcl"),
  html: () => import("@shikijs/langs-precompiled/html"),
  ini: () => import("@shikijs/langs-precompiled/ini"),
  java: () => import("@shikijs/langs-precompiled/java"),
  javascript: () => import("@shikijs/langs-precompiled/javascript"),
  json: () => import("@shikijs/langs-precompiled/json"),
  jsonc: () => import("@shikijs/langs-precompiled/jsonc"),
  jsx: () => import("@shikijs/langs-precompiled/jsx"),
  kotlin: () => import("@shikijs/langs-precompiled/kotlin"),
  lua: () => import("@shikijs/langs-precompiled/lua"),
  make: () => import("@shikijs/langs-precompiled/make"),
  markdown: () => import("@shikijs/langs-precompiled/markdown"),
  nginx: () => import("@shikijs/langs-precompiled/nginx"),
  php: () => import("@shikijs/langs-precompiled/php"),
  powershell: () => import("@shikijs/langs-precompiled/powershell"),
  python: () => import("@shikijs/langs-precompiled/python"),
  r: () => import("@shikijs/langs-precompiled/r"),
  ruby: () => import("@shikijs/langs-precompiled/ruby"),
  rust: () => import("@shikijs/langs-precompiled/rust"),
  scala: () => import("@shikijs/langs-precompiled/scala"),
  sql: () => import("@shikijs/langs-precompiled/sql"),
  swift: () => import("@shikijs/langs-precompiled/swift"),
  toml: () => import("@shikijs/langs-precompiled/toml"),
  tsx: () => import("@shikijs/langs-precompiled/tsx"),
  typescript: () => import("@shikijs/langs-precompiled/typescript"),
  xml: () => import("@shikijs/langs-precompiled/xml"),
  yaml: () => import("@shikijs/langs-precompiled/yaml"),
  zig: () => import("@shikijs/langs-precompiled/zig"),
}

const aliases: Readonly<Record<string, string>> = {
  "c#": "csharp",
  "c++": "cpp",
  cjs: "javascript",
  console: "bash",
  cs: "csharp",
  dockerfile: "docker",
  golang: "go",
  hs: "haskell",
  js: "javascript",
  json5: "jsonc",
  kt: "kotlin",
  makefile: "make",
  md: "markdown",
  mjs: "javascript",
  mts: "typescript",
  ps1: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  terraform: "hcl",
  ts: "typescript",
  yml: "yaml",
  zsh: "bash",
}

export interface Language {
  readonly name: string
  readonly load: LanguageInput
}

export const languageOf = (fence: string): Language | undefined => {
  const written = fence.toLowerCase()
  const name = aliases[written] ?? written
  const load = loaders[name]
  return load === undefined ? undefined : { name, load }
}
