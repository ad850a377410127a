/** What was used, row by row, with the sum under them. */
import type { UsageRow } from "@/hooks/conversations/library"
import { formatCount } from "../../ui/format"
import { costOf, totalsOf, type Totals } from "./usageWords"

const numberLook = "py-2 pl-3 sm:pl-4 text-right align-top tabular-nums sm:whitespace-nowrap"

const Figures = ({ of }: { readonly of: Totals }) => (
  <>
    <td className={numberLook}>{formatCount(of.attempts)}</td>
    <td className={numberLook}>{formatCount(of.inputTokens)}</td>
    <td className={numberLook}>{formatCount(of.outputTokens)}</td>
    <td className={`${numberLook} pr-5`}>{costOf(of)}</td>
  </>
)

export const UsageTable = (props: {
  readonly caption: string
  /** What a row is of. */
  readonly of: string
  readonly rows: ReadonlyArray<UsageRow>
  readonly nameOf: (row: UsageRow) => string
}) => (
  <table className="w-full text-xs sm:text-[0.8125rem]">
    <caption className="sr-only">{props.caption}</caption>
    <thead className="text-muted bg-raised sticky top-0 text-xs">
      <tr className="border-line border-b">
        <th scope="col" className="py-2 pl-5 text-left align-top font-medium">
          {props.of}
        </th>
        <th scope="col" className={`${numberLook} font-medium`}>
          Requests
        </th>
        <th scope="col" className={`${numberLook} font-medium`}>
          Tokens in
        </th>
        <th scope="col" className={`${numberLook} font-medium`}>
          Tokens out
        </th>
        <th scope="col" className={`${numberLook} pr-5 font-medium`}>
          Cost
        </th>
      </tr>
    </thead>
    <tbody className="divide-line divide-y">
      {props.rows.map((row) => (
        <tr key={row.key}>
          <th scope="row" className="py-2 sm:min-w-36 pl-5 text-left align-top font-normal wrap-anywhere">
            {props.nameOf(row)}
          </th>
          <Figures of={row} />
        </tr>
      ))}
    </tbody>
    <tfoot className="border-line bg-raised sticky bottom-0 border-t font-medium">
      <tr>
        <th scope="row" className="py-2 pl-5 text-left align-top font-medium">
          All
        </th>
        <Figures of={totalsOf(props.rows)} />
      </tr>
    </tfoot>
  </table>
)
