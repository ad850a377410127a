/** The page's entry. */
import "@fontsource-variable/ibm-plex-sans/wght.css"
import "@fontsource/ibm-plex-mono/latin-400.css"
import "./styles.css"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { pageRuntime } from "@/client/pageRuntime"
import { startTheme } from "@/components/theme/theme"
import { App } from "./App"

startTheme()

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no element with the id root")
createRoot(root).render(
  <StrictMode>
    <App runtime={pageRuntime()} />
  </StrictMode>,
)
