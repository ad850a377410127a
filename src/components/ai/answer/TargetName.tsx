/** A provider and its model: the provider quietly, the model plainly. */
export const TargetName = ({
  provider,
  model,
}: {
  readonly provider: string
  readonly model?: string | undefined
}) => (
  <span className="wrap-anywhere">
    {model === undefined ? (
      provider
    ) : (
      <>
        <span className="text-muted">{provider}/</span>
        {model}
      </>
    )}
  </span>
)
