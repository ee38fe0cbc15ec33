import { ActionIcon, Button, Checkbox, Group, Input, MultiSelect, PasswordInput, Select, Text, TextInput, Textarea, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconExternalLink, IconInfoCircle } from '@tabler/icons-react'
import { type ComponentType, type ReactNode, useState } from 'react'
import { Controller, useFormContext } from 'react-hook-form'
import type { FieldView } from '../gen/graphql'
import { Linked, hasLink } from '../ui/Linked'
import { useWords } from '../words'
import { FetchedOptions } from './FetchedOptions'
import { type Fate, type FormValues, type Spec, type Stored, type Value, slot } from './fields'

interface ControlProps {
  spec: Spec
  id: string
  value: Value
  error: string | undefined
  hint: string | undefined // why it has to be typed
  onChange: (value: Value) => void
  onBlur: () => void
  inputRef: (element: HTMLElement | null) => void
}

// Whatever fills forms in by itself would put its own passwords into keys of other applications.
const noFill = { autoComplete: 'off', spellCheck: false, 'data-1p-ignore': '', 'data-lpignore': 'true', 'data-form-type': 'other' }

/** One control for each view that a descriptor may ask for. */
const controls: Record<FieldView, ComponentType<ControlProps>> = {
  TEXT: Line,
  TEXT_AREA: Lines,
  PASSWORD: Hidden,
  CHECKBOX: YesNo,
  SELECT: OneOf,
  MULTI_SELECT: SomeOf,
  OAUTH: () => null, // the provider's page asks for it: see ConnectForm
}

// The kit ties a description and an error to its input itself, and lets nobody else do it.
function common({ spec, id, error, hint, onBlur }: ControlProps) {
  return {
    id,
    onBlur,
    error,
    description: (spec.note ?? hint) && (
      <>
        {spec.note && (hasLink(spec.note) ? <Linked text={spec.note} /> : <VisuallyHidden>{spec.note} </VisuallyHidden>)}
        {hint && hasLink(spec.note ?? '') && <br />}
        {hint}
      </>
    ),
    'aria-required': spec.required,
    'aria-invalid': error !== undefined,
    ...(spec.placeholder !== null && { placeholder: spec.placeholder }),
  }
}

function Line(props: ControlProps) {
  return (
    <TextInput {...common(props)} {...noFill} ref={props.inputRef} value={String(props.value)} onChange={(event) => props.onChange(event.currentTarget.value)} />
  )
}

function Lines(props: ControlProps) {
  return (
    <Textarea
      {...common(props)}
      {...noFill}
      ref={props.inputRef}
      autosize
      minRows={3}
      maxRows={12}
      value={String(props.value)}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  )
}

function Hidden(props: ControlProps) {
  const { form } = useWords()
  return (
    <PasswordInput
      {...common(props)}
      {...noFill}
      ref={props.inputRef}
      value={String(props.value)}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': form.show(props.spec.label), tabIndex: 0 }}
    />
  )
}

function YesNo(props: ControlProps) {
  const { placeholder: _, ...rest } = common(props)
  return (
    <Checkbox
      {...rest}
      ref={props.inputRef}
      label={props.spec.label}
      checked={props.value === true}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  )
}

function OneOf(props: ControlProps) {
  const { form, tryAgain } = useWords()
  const [failed, setFailed] = useState<string>()
  if (failed) {
    return (
      <>
        <Line {...props} hint={`${failed} ${form.typeInstead}`} />
        <Button mt={4} size="compact-xs" variant="subtle" color="gray" onClick={() => setFailed(undefined)}>
          {tryAgain}
        </Button>
      </>
    )
  }
  const chosen = {
    placeholder: form.choose,
    ...common(props),
    ref: props.inputRef,
    value: props.value === '' ? null : String(props.value),
    clearable: !props.spec.required,
    allowDeselect: !props.spec.required,
    onChange: (value: string | null) => props.onChange(value ?? ''),
  }
  return props.spec.fetchesOptions ? <FetchedOptions {...chosen} field={props.spec.key} onFailed={setFailed} /> : <Select {...chosen} data={props.spec.options} />
}

function SomeOf(props: ControlProps) {
  return (
    <MultiSelect
      {...common(props)}
      ref={props.inputRef}
      data={props.spec.options}
      value={Array.isArray(props.value) ? props.value : []}
      onChange={props.onChange}
    />
  )
}

interface Props {
  spec: Spec
  stored: Stored | undefined
  fate: Fate | undefined // undefined: nothing is stored that could be kept
  moved: boolean
}

/** A field as its descriptor describes it, with what is stored of it. */
export function Field({ spec, stored, fate, moved }: Props) {
  const { form: words } = useWords()
  const { control, setValue, setFocus } = useFormContext<FormValues>()
  const id = `field-${slot(spec.key)}`
  const decide = (to: Fate) => {
    setValue(`fates.${slot(spec.key)}`, to, { shouldDirty: true, shouldValidate: to === 'keep' })
    setValue(`values.${slot(spec.key)}`, '', { shouldDirty: true })
    if (to === 'replace') setTimeout(() => setFocus(`values.${slot(spec.key)}`))
  }

  if (fate === 'keep' || fate === 'clear') {
    return (
      <Labelled spec={spec} id={id} as="div">
        <Group gap="sm" mih={36}>
          <Text size="sm" id={id}>
            {fate === 'clear' ? words.cleared : <Masked hint={stored?.hint ?? null} />}
          </Text>
          {fate === 'keep' ? (
            <Button size="compact-sm" variant="default" aria-label={words.replaceOf(spec.label)} onClick={() => decide('replace')}>
              {words.replace}
            </Button>
          ) : (
            <Button size="compact-sm" variant="default" aria-label={words.keepOf(spec.label)} onClick={() => decide('keep')}>
              {words.keep}
            </Button>
          )}
          {fate === 'keep' && !spec.required && (
            <Button size="compact-sm" variant="subtle" color="red" aria-label={words.clearOf(spec.label)} onClick={() => decide('clear')}>
              {words.clear}
            </Button>
          )}
        </Group>
      </Labelled>
    )
  }

  // elastic.io’s descriptors have many a secret in a line of text: nobody shall read it over a shoulder.
  const Control = controls[spec.secret && spec.view === 'TEXT' ? 'PASSWORD' : spec.view]
  return (
    <Controller
      control={control}
      name={`values.${slot(spec.key)}`}
      render={({ field, fieldState }) => (
        <Labelled spec={spec} id={id} as="label">
          <Control
            spec={spec}
            id={id}
            value={field.value ?? ''}
            error={fieldState.error?.message}
            hint={fate === 'replace' && moved ? words.retype : undefined}
            onChange={field.onChange}
            onBlur={field.onBlur}
            inputRef={field.ref}
          />
          {fate === 'replace' && !moved && (
            <Button mt={4} size="compact-xs" variant="subtle" color="gray" aria-label={words.keepOf(spec.label)} onClick={() => decide('keep')}>
              {words.keep}
            </Button>
          )}
        </Labelled>
      )}
    />
  )
}

/** A secret as it may be seen: that there is one, and of a generated key how it ends. */
export function Masked({ hint }: { hint: string | null }) {
  const { form } = useWords()
  return (
    <>
      <span aria-hidden="true">••••••••{hint}</span>
      <VisuallyHidden>{hint ? form.storedHint(hint) : form.stored}</VisuallyHidden>
    </>
  )
}

function Labelled({ spec, id, as, children }: { spec: Spec; id: string; as: 'label' | 'div'; children: ReactNode }) {
  const { form } = useWords()
  return (
    <div>
      <Group gap={4} mb={4} mih={24} wrap="nowrap" align="center">
        {spec.view === 'CHECKBOX' ? (
          children
        ) : (
          <Input.Label required={spec.required} labelElement={as} htmlFor={as === 'label' ? id : undefined}>
            {spec.label}
          </Input.Label>
        )}
        {spec.note && !hasLink(spec.note) && ( // a tooltip is gone before its links could be followed
          <Tooltip label={spec.note} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
            <ActionIcon variant="subtle" color="gray" size={24} aria-label={form.about(spec.label)}>
              <IconInfoCircle size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        {spec.helpUrl && (
          <ActionIcon component="a" href={spec.helpUrl} target="_blank" rel="noreferrer" variant="subtle" size={24} aria-label={form.help(spec.label)}>
            <IconExternalLink size={16} />
          </ActionIcon>
        )}
      </Group>
      {spec.view !== 'CHECKBOX' && children}
    </div>
  )
}
