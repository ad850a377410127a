/** Switches between light and dark. */
import Moon from "lucide-react/icons/moon"
import Sun from "lucide-react/icons/sun"
import { IconButton } from "../ui/IconButton"
import { chooseTheme, useTheme } from "./theme"

export const ThemeToggle = () => {
  const theme = useTheme()
  const other = theme === "dark" ? "light" : "dark"
  return (
    <IconButton label={`Use the ${other} theme`} onClick={() => chooseTheme(other)}>
      {theme === "dark" ? <Sun className="size-[1.125rem]" /> : <Moon className="size-[1.125rem]" />}
    </IconButton>
  )
}
