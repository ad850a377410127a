/** The list inside a picker, worked by keyboard or pointer; with a field above it where names can be typed. */
import Check from "lucide-react/icons/check"
import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from "react"

export interface Option {
  readonly id: string
  readonly name: string
  readonly note?: ReactNode
}

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

export const OptionList = (props: {
  readonly label: string
  readonly options: ReadonlyArray<Option>
  /** The id of the current option. */
  readonly chosen: string
  readonly onChoose: (option: Option) => void
  readonly field?: {
    readonly label: string
    readonly placeholder: string
    readonly value: string
    readonly onChange: (value: string) => void
  }
}) => {
  const { options, field } = props
  const id = useId()
  const [wanted, setWanted] = useState(() =>
    Math.max(
      0,
      options.findIndex((option) => option.id === props.chosen),
    ),
  )
  const active = Math.min(wanted, options.length - 1)
  const activeId = options.length === 0 ? undefined : `${id}-${active}`

  useEffect(() => {
    if (activeId !== undefined) document.getElementById(activeId)?.scrollIntoView({ block: "nearest" })
  }, [activeId])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = steps[event.key]
    const option = options[active]
    if (step !== undefined && options.length > 0) {
      event.preventDefault()
      setWanted((active + step + options.length) % options.length)
    } else if (
      option !== undefined &&
      (event.key === "Enter" || (event.key === " " && field === undefined))
    ) {
      event.preventDefault()
      props.onChoose(option)
    }
  }

  return (
    <>
      {field !== undefined && (
        <input
          role="combobox"
          aria-label={field.label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={activeId}
          autoComplete="off"
          spellCheck={false}
          placeholder={field.placeholder}
          value={field.value}
          onChange={(event) => {
            field.onChange(event.target.value)
            setWanted(0)
          }}
          onKeyDown={onKeyDown}
          className="border-line h-10 w-full border-b bg-transparent px-3.5 text-base outline-none sm:text-[0.8125rem]"
        />
      )}
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
        tabIndex={field === undefined ? 0 : -1}
        aria-activedescendant={field === undefined ? activeId : undefined}
        onKeyDown={field === undefined ? onKeyDown : undefined}
        className="max-h-72 overflow-y-auto p-1 outline-none"
      >
        {options.map((option, index) => (
          <li
            key={option.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={option.id === props.chosen}
            onMouseMove={() => setWanted(index)}
            onClick={() => props.onChoose(option)}
            className={`flex min-h-9 cursor-pointer items-center gap-2 rounded-lg py-1 pr-3 pl-2 text-[0.8125rem] ${index === active ? "bg-hover" : ""}`}
          >
            <span aria-hidden="true" className="flex size-4 shrink-0 items-center justify-center">
              {option.id === props.chosen && <Check className="text-accent size-3.5" strokeWidth={2.5} />}
            </span>
            <span className="min-w-0 wrap-anywhere">{option.name}</span>
            <span className="text-muted ml-auto shrink-0 pl-3 text-xs">{option.note}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
