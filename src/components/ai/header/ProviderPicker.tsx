/** Whom to ask first. Every provider says whether it can be asked. */
import type { ProviderView } from "@/hooks/ai/chatState"
import { Availability } from "./Availability"
import { OptionList } from "./OptionList"
import { Picker } from "./Picker"

export const ProviderPicker = (props: {
  readonly providers: ReadonlyArray<ProviderView>
  readonly current: ProviderView
  readonly onSelect: (providerKey: string) => void
}) => {
  const { current } = props
  const value = (
    <>
      {current.availability.state !== "ready" && (
        <span aria-hidden="true" className="bg-wait size-1.5 shrink-0 rounded-full" />
      )}
      <span className="max-w-28 truncate font-medium">{current.label}</span>
    </>
  )
  return (
    <Picker label="Provider" value={value} className="shrink-0">
      {(close) => (
        <OptionList
          label="Providers"
          chosen={current.key}
          options={props.providers.map((provider) => ({
            id: provider.key,
            name: provider.label,
            note: <Availability of={provider} />,
          }))}
          onChoose={({ id }) => {
            if (id !== current.key) props.onSelect(id)
            close()
          }}
        />
      )}
    </Picker>
  )
}
