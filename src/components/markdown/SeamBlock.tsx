/** A block of markdown, with the marks of the seams that lie in it. */
import { createContext, useContext, useMemo, type ComponentProps } from "react"
import { Block } from "streamdown"
import { markSeams, type BlockSeam } from "./seams"

export const SeamsContext = createContext<ReadonlyArray<BlockSeam>>([])

type Plugins = NonNullable<ComponentProps<typeof Block>["rehypePlugins"]>
const none: Plugins = []

export const SeamBlock = (props: ComponentProps<typeof Block>) => {
  const { index, rehypePlugins = none } = props
  const seams = useContext(SeamsContext)
  // The block is drawn anew when these change: without a seam they must not.
  const plugins = useMemo((): Plugins => {
    const own = seams.filter(({ block }) => block === index)
    return own.length === 0 ? rehypePlugins : [...rehypePlugins, [markSeams, { seams: own }]]
  }, [seams, index, rehypePlugins])
  return <Block {...props} rehypePlugins={plugins} />
}
