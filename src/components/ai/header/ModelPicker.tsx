/** Which model to ask: one of those the provider lists, or any other name. */
import { useState } from "react"
import type { ProviderView } from "@/hooks/ai/chatState"
import { OptionList, type Option } from "./OptionList"
import { Picker } from "./Picker"

const optionsOf = (provider: ProviderView, typed: string): ReadonlyArray<Option> => {
  const query = typed.trim()
  const names = [provider.defaultModel, ...provider.models.filter((name) => name !== provider.defaultModel)]
  const matching = names
    .filter((name) => name.toLowerCase().includes(query.toLowerCase()))
    .map((name) => ({ id: name, name, ...(name === provider.defaultModel ? { note: "default" } : {}) }))
  return query === "" || names.includes(query)
    ? matching
    : [...matching, { id: query, name: query, note: "use this name" }]
}

interface Props {
  readonly provider: ProviderView
  /** Undefined: the provider's default model. */
  readonly current: string | undefined
  readonly onSelect: (modelName: string | undefined) => void
}

const Models = ({ provider, current, onSelect }: Props) => {
  const [typed, setTyped] = useState("")
  return (
    <OptionList
      label="Models"
      chosen={current ?? provider.defaultModel}
      options={optionsOf(provider, typed)}
      onChoose={({ id }) => onSelect(id === provider.defaultModel ? undefined : id)}
      field={{
        label: "Find or name a model",
        placeholder: "Find or type a name",
        value: typed,
        onChange: setTyped,
      }}
    />
  )
}

export const ModelPicker = (props: Props) => (
  <Picker
    label="Model"
    value={<span className="truncate">{props.current ?? props.provider.defaultModel}</span>}
  >
    {(close) => (
      <Models
        {...props}
        onSelect={(modelName) => {
          props.onSelect(modelName)
          close()
        }}
      />
    )}
  </Picker>
)
