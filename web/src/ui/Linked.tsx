import { Anchor } from '@mantine/core'

// An address ends before the mark that ends its sentence, and before a bracket around it.
const address = /(https?:\/\/[^\s()<>"]*[^\s()<>".,;:!?…»])/

/** Whether a text holds an address that somebody would want to follow. */
export const hasLink = (text: string) => address.test(text)

/** A text as somebody wrote it, never as HTML; its web addresses can be followed. */
export function Linked({ text }: { text: string }) {
  return text.split(address).map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      <Anchor key={at} href={part} target="_blank" rel="noreferrer" size="xs" style={{ overflowWrap: 'anywhere' }}>
        {part}
      </Anchor>
    ),
  )
}
