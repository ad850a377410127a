/** Builds the page: src/app/index.html → dist/page. */
import { fileURLToPath } from "node:url"
import tailwindcss from "@tailwindcss/vite"
import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

export default defineConfig({
  root: path("src/app"),
  cacheDir: path("node_modules/.cache/vite"),
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": path("src") } },
  build: { outDir: path("dist/page"), emptyOutDir: true, target: "es2023" },
})
